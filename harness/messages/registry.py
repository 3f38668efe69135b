"""Which elements each schema declares, which schema a message belongs to, and what answers what."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import ModuleType

from msgspec import Struct

from harness.core.errors import UserError
from harness.core.units import Rational
from harness.messages import din, iso2, namespaces, sap, xmldsig
from harness.messages.envelope import body_of
from harness.messages.field import Message, fields_of
from harness.messages.iso20 import ac, acdp, common, dc, types, wpt


class ElementEntry(Struct, frozen=True):
    """An element name that a schema knows, and the class that reads it."""

    name: str
    namespace: str
    kind: type[Message] | None
    """None: a simple type, or a name that stands for different types at different places."""
    loose: bool = False
    """The name stands for different types, and this is the class that travels as a fragment by itself."""


class Schema(Struct, frozen=True):
    """One schema with all that it imports; both lists sorted by local name, then namespace."""

    key: str
    namespace: str
    roots: tuple[ElementEntry, ...]
    """All global elements: what a document may begin with."""
    names: tuple[ElementEntry, ...]
    """All elements, global and local: what a fragment may begin with."""
    attributes: tuple[tuple[str, str], ...]
    """Name and namespace of all attributes."""

    def classes(self) -> tuple[type[Message], ...]:
        """The classes whose elements may be the root of a document."""
        return tuple(entry.kind for entry in self.roots if entry.kind is not None)


PAYLOAD_TYPES: dict[int, str] = {
    0x8001: "sap",
    0x8002: "common",
    0x8003: "ac",
    0x8004: "dc",
    0x8005: "acdp",
    0x8006: "wpt",
    0x8101: "common",
    0x8102: "common",
    0x8103: "acdp",
    0x8104: "common",
}
"""V2GTP payload type to schema; 0x8101 and up are the streams beside the main one.

Under 0x8001 travel ISO 15118-2 and DIN SPEC 70121 as well, once they are settled on: ask `schema_for`.
"""

PROTOCOLS: dict[str, str] = {namespaces.ISO2_MESSAGE: "iso2", namespaces.DIN_MESSAGE: "din"}
"""Those of the protocols that supportedAppProtocol settles which share its payload type; namespace to schema."""
_SHARED_TYPE = 0x8001

SIDE_STREAMS: dict[type[Message], int] = {
    common.MeteringConfirmationReq: 0x8102,
    common.MeteringConfirmationRes: 0x8102,
    acdp.AcdpSystemStatusReq: 0x8103,
    acdp.AcdpSystemStatusRes: 0x8103,
    common.VehicleCheckInReq: 0x8104,
    common.VehicleCheckInRes: 0x8104,
    common.VehicleCheckOutReq: 0x8104,
    common.VehicleCheckOutRes: 0x8104,
}
"""Messages that do not travel in the main stream (a ScheduleExchange may, and so is not listed)."""

_NAMESPACES = {
    "sap": namespaces.APP_PROTOCOL,
    "common": namespaces.COMMON_MESSAGES,
    "ac": namespaces.AC,
    "dc": namespaces.DC,
    "acdp": namespaces.ACDP,
    "wpt": namespaces.WPT,
    "xmldsig": namespaces.XMLDSIG,
    "iso2": namespaces.ISO2_MESSAGE,
    "din": namespaces.DIN_MESSAGE,
}
_OWNERS = {namespace: key for key, namespace in _NAMESPACES.items()} | {
    namespaces.ISO2_HEADER: "iso2",
    namespaces.ISO2_BODY: "iso2",
    namespaces.ISO2_TYPES: "iso2",
    namespaces.DIN_HEADER: "din",
    namespaces.DIN_BODY: "din",
    namespaces.DIN_TYPES: "din",
}
"""Namespace to the schema that alone declares it; the common types of ISO 15118-20 belong to several."""
_MODULES: dict[str, tuple[ModuleType, ...]] = {
    "sap": (sap,),
    "common": (common, types, xmldsig),
    "ac": (ac, types, xmldsig),
    "dc": (dc, types, xmldsig),
    "acdp": (acdp, types, xmldsig),
    "wpt": (wpt, types, xmldsig),
    "xmldsig": (xmldsig,),
    "iso2": (*iso2.MODULES, xmldsig),
    "din": (*din.MODULES, xmldsig),
}
SCHEMA_KEYS = tuple(_MODULES)


@cache
def schema(key: str) -> Schema:
    """The elements of one schema and of what it imports.

    Raises:
        UserError: there is no such schema.
    """
    if key not in _MODULES:
        raise UserError(f"there is no schema {key!r}", do=f"take one of {', '.join(SCHEMA_KEYS)}")
    classes = tuple(_classes(key))
    roots = [
        ElementEntry(kind.name, kind.namespace, kind) for kind in classes if "name" in kind.__dict__ and not kind.local
    ]
    found: dict[tuple[str, str], set[type[Message] | None]] = {}
    for kind in classes:
        for name, namespace, option in _elements(kind):
            found.setdefault((name, namespace), set()).add(option)
    found |= {(root.name, root.namespace): {root.kind} for root in roots}
    names = [_entry(name, namespace, kinds) for (name, namespace), kinds in found.items()]
    return Schema(key, _NAMESPACES[key], _sorted(roots), _sorted(names), _attributes(classes))


def _entry(name: str, namespace: str, kinds: set[type[Message] | None]) -> ElementEntry:
    """What a fragment makes of a name: of several types, only one whose class bears the name is known."""
    if len(kinds) == 1:
        return ElementEntry(name, namespace, next(iter(kinds)))
    own = [kind for kind in kinds if kind is not None and (kind.name, kind.namespace) == (name, namespace)]
    return ElementEntry(name, namespace, own[0] if own else None, loose=bool(own))


def _attributes(classes: tuple[type[Message], ...]) -> tuple[tuple[str, str], ...]:
    fields = [field for kind in classes for field in fields_of(kind) if field.wire.attribute]
    return tuple(sorted({(field.wire.name, field.namespace) for field in fields}))


def schema_of(message: Message | type[Message]) -> str:
    """The key of the schema that declares a message.

    Raises:
        UserError: it is a part of messages that several schemas share.
    """
    kind = message if isinstance(message, type) else type(message)
    if kind.namespace in _OWNERS:
        return _OWNERS[kind.namespace]
    raise UserError("belongs to no schema that travels alone", where=kind.__name__, do="name the schema")


def schema_for(payload_type: int, protocol_namespace: str = "") -> str:
    """The schema by which to read what came under a payload type; empty if nothing travels under it.

    Args:
        payload_type: of the V2GTP header.
        protocol_namespace: of the protocol that both sides settled on; empty as long as there is none.
    """
    if payload_type == _SHARED_TYPE and protocol_namespace in PROTOCOLS:
        return PROTOCOLS[protocol_namespace]
    return PAYLOAD_TYPES.get(payload_type, "")


def payload_type_of(message: Message | type[Message]) -> int:
    """The V2GTP payload type under which a message travels.

    Raises:
        UserError: it does not travel by itself.
    """
    return _payload_type(message if isinstance(message, type) else type(message))


@cache
def _payload_type(kind: type[Message]) -> int:
    if kind in SIDE_STREAMS:
        return SIDE_STREAMS[kind]
    key = schema_of(kind)
    if key in PROTOCOLS.values():
        return _SHARED_TYPE
    for payload_type, schema_key in PAYLOAD_TYPES.items():
        if schema_key == key:
            return payload_type
    raise UserError("travels only within other messages", where=kind.__name__)


def is_request(message: Message | type[Message]) -> bool:
    """True for what the EV sends; of an envelope the body counts."""
    return _kind(message) in _pairs()


def is_response(message: Message | type[Message]) -> bool:
    """True for what the station answers; of an envelope the body counts."""
    return _kind(message) in _pairs().values()


def response_of(request: Message | type[Message]) -> type[Message]:
    """The class that answers a request.

    Raises:
        UserError: it is no request.
    """
    kind = _kind(request)
    if kind not in _pairs():
        raise UserError("is no request", where=kind.__name__)
    return _pairs()[kind]


def request_of(response: Message | type[Message]) -> type[Message]:
    """The class that a response answers.

    Raises:
        UserError: it is no response.
    """
    kind = _kind(response)
    for request, answer in _pairs().items():
        if answer is kind:
            return request
    raise UserError("is no response", where=kind.__name__)


def _kind(message: Message | type[Message]) -> type[Message]:
    return message if isinstance(message, type) else type(body_of(message))


@cache
def _pairs() -> dict[type[Message], type[Message]]:
    kinds = {
        (kind.name, kind.namespace): kind
        for key in _MODULES
        for kind in _classes(key)
        if not kind.local and "name" in kind.__dict__
    }
    return {
        kind: kinds[f"{name[:-3]}Res", namespace]
        for (name, namespace), kind in kinds.items()
        if name.endswith("Req") and (f"{name[:-3]}Res", namespace) in kinds
    }


def _classes(key: str) -> Iterator[type[Message]]:
    """Each class of a schema and of what it imports, once."""
    seen: set[type[Message]] = set()
    for module in _MODULES[key]:
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Message) and value is not Message and value not in seen:
                seen.add(value)
                yield value


def _elements(kind: type[Message]) -> Iterator[tuple[str, str, type[Message] | None]]:
    if "name" in kind.__dict__:
        yield kind.name, kind.namespace, kind
    for field in fields_of(kind):
        if field.wire.attribute:
            continue
        for name, namespace, option in field.alternatives:
            yield name, namespace, _message_class(option)


def _message_class(option: type) -> type[Message] | None:
    if issubclass(option, Message):
        return option
    return types.RationalNumber if issubclass(option, Rational) else None


def _sorted(entries: list[ElementEntry]) -> tuple[ElementEntry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.name, entry.namespace)))
