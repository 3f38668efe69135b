"""Messages as XML and back, by the same declarations that feed the binary codec."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from harness.core.errors import UserError
from harness.core.units import Rational
from harness.messages.content import arrange, label
from harness.messages.field import FieldInfo, Message, fields_of
from harness.messages.namespaces import COMMON_TYPES, PREFIXES
from harness.messages.simple import Hex, Identity, IdentityReference, Uri

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class XmlError(UserError):
    """A message that XML cannot hold, or XML that is no message."""


def to_xml(message: Message) -> bytes:
    """The message as an XML document.

    A message that its schema objects to is written as it is, as far as XML can hold it.

    Raises:
        XmlError: the message cannot be a root, or holds a value that is no text.
    """
    kind = type(message)
    if not kind.name:
        raise XmlError("has no element name of its own", where=kind.__name__, do="write the message around it")
    root = etree.Element(_tag(kind.namespace, kind.name), nsmap=dict(PREFIXES))
    _fill(root, message, kind.name)
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root))


def from_xml(data: bytes | str, roots: Iterable[type[Message]]) -> Message:
    """The message that an XML document holds.

    Args:
        data: the document.
        roots: the classes whose elements may stand at the top (see `harness.messages.registry`).

    Raises:
        XmlError: not XML, another root, or content that the declarations do not know.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data.encode() if isinstance(data, str) else data, parser)
    except etree.XMLSyntaxError as error:
        raise XmlError(f"not well-formed: {error}", do="give one XML document") from None
    known = {_tag(kind.namespace, kind.name): kind for kind in roots}
    if root.tag not in known:
        raise XmlError(f"the root {root.tag} is not known here", do="choose the schema that declares it")
    return _read(known[root.tag], root, known[root.tag].name)


def _tag(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}" if namespace else name


def _is_hex(field: FieldInfo) -> bool:
    return any(isinstance(mark, Hex) for mark in field.meta)


# -- writing ---------------------------------------------------------------------------------------------


def _fill(element: Any, message: Message, path: str) -> None:
    for field in fields_of(type(message)):
        value = getattr(message, field.attr)
        if value is None:
            continue
        if field.wire.attribute:
            _put(element, field, value, path, attribute=_tag(field.namespace, field.wire.name))
        elif field.wire.text:
            _put(element, field, value, path)
    for child in arrange(message).children:
        where = f"{path}/{child.name}"
        if not child.name:
            raise XmlError("this value is no element", where=f"{path}/{label(child.field)}")
        inner = etree.SubElement(element, _tag(child.namespace, child.name))
        if isinstance(child.value, Message):
            _fill(inner, child.value, where)
        elif isinstance(child.value, Rational):
            etree.SubElement(inner, _tag(COMMON_TYPES, "Exponent")).text = str(child.value.exponent)
            etree.SubElement(inner, _tag(COMMON_TYPES, "Value")).text = str(child.value.value)
        else:
            _put(inner, child.field, child.value, where)


def _put(element: Any, field: FieldInfo, value: Any, path: str, *, attribute: str = "") -> None:
    try:
        text = _text(field, value)
        if attribute:
            element.set(attribute, text)
        else:
            element.text = text
    except (TypeError, ValueError) as error:
        raise XmlError(f"cannot be written: {error}", where=f"{path}/{label(field)}") from None


def _text(field: FieldInfo, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.hex().upper() if _is_hex(field) else b64encode(value).decode()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, int | str):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no text")


# -- reading ---------------------------------------------------------------------------------------------


@cache
def _element_table(kind: type[Message]) -> dict[str, tuple[FieldInfo, Any]]:
    return {
        _tag(namespace, name): (field, option)
        for field in fields_of(kind)
        if not field.wire.attribute
        for name, namespace, option in field.alternatives
    }


def _read(kind: type[Message], element: Any, path: str) -> Message:
    found: dict[str, list[Any]] = {}
    _read_attributes(kind, element, path, found)
    texts = [field for field in fields_of(kind) if field.wire.text]
    for field in texts:
        found[field.attr] = [_value(field, field.types[0], element.text or "", path)]
    table = _element_table(kind)
    for child in element:
        if child.tag not in table:
            raise XmlError(f"element {child.tag} is not declared here", where=path)
        field, option = table[child.tag]
        where = f"{path}/{etree.QName(child).localname}"
        found.setdefault(field.attr, []).append(_read_child(field, option, child, where))
    if not texts:
        _refuse_text(element, path)
    message = kind(**{field.attr: _held(field, found.get(field.attr, []), path) for field in fields_of(kind)})
    if [child.tag for child in element] != [_tag(c.namespace, c.name) for c in arrange(message).children]:
        raise XmlError("child elements in an order that the schema does not have", where=path)
    return message


def _read_attributes(kind: type[Message], element: Any, path: str, found: dict[str, list[Any]]) -> None:
    known = {_tag(f.namespace, f.wire.name): f for f in fields_of(kind) if f.wire.attribute}
    for name, text in element.attrib.items():
        if name not in known:
            raise XmlError(f"attribute {name} is not declared here", where=path)
        field = known[name]
        found[field.attr] = [_value(field, field.types[0], text, f"{path}/@{field.wire.name}")]


def _read_child(field: FieldInfo, option: Any, child: Any, path: str) -> Any:
    if issubclass(option, Message):
        return _read(option, child, path)
    if issubclass(option, Rational):
        return _read_rational(option, child, path)
    if len(child):
        raise XmlError(f"element {child[0].tag} within a simple value", where=path)
    return _value(field, option, child.text or "", path)


def _read_rational(kind: type[Rational], element: Any, path: str) -> Rational:
    _refuse_text(element, path)
    if [child.tag for child in element] != [_tag(COMMON_TYPES, "Exponent"), _tag(COMMON_TYPES, "Value")]:
        raise XmlError("a physical value needs Exponent and Value", where=path)
    exponent, value = (_integer(child.text or "", path) for child in element)
    return kind(exponent=exponent, value=value)


def _refuse_text(element: Any, path: str) -> None:
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in texts):
        raise XmlError("text between elements is not supported", where=path)


def _held(field: FieldInfo, values: list[Any], path: str) -> Any:
    if field.many:
        return tuple(values)
    if len(values) > 1:
        raise XmlError(f"{label(field)} stands {len(values)} times", where=path)
    if not values and not field.optional:
        raise XmlError(f"{label(field)} is missing", where=path)
    return values[0] if values else None


def _value(field: FieldInfo, option: Any, text: str, path: str) -> Any:
    try:
        if issubclass(option, StrEnum):
            return option(text)
        if option is bool:
            return _BOOLEANS[text.strip()]
        if option is int:
            return _integer(text, path)
        if option is bytes:
            return bytes.fromhex(text) if _is_hex(field) else b64decode("".join(text.split()), validate=True)
    except (ValueError, KeyError, Base64Error):
        raise XmlError(f"{text[:40]!r} is not a value of {option.__name__}", where=path) from None
    return text.strip() if any(isinstance(mark, Identity | IdentityReference | Uri) for mark in field.meta) else text


def _integer(text: str, path: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise XmlError(f"{text[:40]!r} is not a whole number", where=path) from None
