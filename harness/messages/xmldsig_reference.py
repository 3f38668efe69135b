"""What an XML Signature says about the things it signs, and the attributes that its parts share."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.messages.field import Choice, Message, Wire
from harness.messages.namespaces import XMLDSIG
from harness.messages.simple import Identity, Uri

OptionalId = Annotated[str | None, Identity(), Wire("Id", attribute=True, namespace="")]
OptionalType = Annotated[str | None, Uri(), Wire("Type", attribute=True, namespace="")]
OptionalUri = Annotated[str | None, Uri(), Wire("URI", attribute=True, namespace="")]
Algorithm = Annotated[str, Uri(), Wire("Algorithm", attribute=True, namespace="")]
Foreign = Annotated[tuple[object, ...], Wire(wildcard=True, low=0, high=None)]
"""Elements of other namespaces, any number."""
OneForeign = Annotated[tuple[object, ...], Wire(wildcard=True)]
"""One element of another namespace, at a place that a content model repeats."""


class Transform(Message, frozen=True, kw_only=True):
    """A step that a referenced element goes through before it is digested."""

    name: ClassVar[str] = "Transform"
    namespace: ClassVar[str] = XMLDSIG
    mixed: ClassVar[bool] = True
    content: ClassVar[Choice] = Choice(("foreign", "xpath"), 0, None)

    algorithm: Algorithm
    foreign: OneForeign = ()
    xpath: Annotated[tuple[str, ...], Wire("XPath")] = ()


class Transforms(Message, frozen=True, kw_only=True):
    """The steps, in order."""

    name: ClassVar[str] = "Transforms"
    namespace: ClassVar[str] = XMLDSIG

    transform: Annotated[tuple[Transform, ...], Wire("Transform", 1, None)]


class DigestMethod(Message, frozen=True, kw_only=True):
    """The hash, by URI."""

    name: ClassVar[str] = "DigestMethod"
    namespace: ClassVar[str] = XMLDSIG
    mixed: ClassVar[bool] = True

    algorithm: Algorithm
    foreign: Foreign = ()


class DigestValue(Message, frozen=True, kw_only=True):
    """A digest that stands alone; within a Reference it is a plain field."""

    name: ClassVar[str] = "DigestValue"
    namespace: ClassVar[str] = XMLDSIG

    value: Annotated[bytes, Wire(text=True)]


class Reference(Message, frozen=True, kw_only=True):
    """What is signed, by the URI of its Id, and its digest."""

    name: ClassVar[str] = "Reference"
    namespace: ClassVar[str] = XMLDSIG

    id: OptionalId = None
    type: OptionalType = None
    uri: OptionalUri = None
    transforms: Annotated[Transforms | None, Wire("Transforms")] = None
    digest_method: Annotated[DigestMethod, Wire("DigestMethod")]
    digest_value: Annotated[bytes, Wire("DigestValue")]


class Manifest(Message, frozen=True, kw_only=True):
    """References that a signature covers by covering their list."""

    name: ClassVar[str] = "Manifest"
    namespace: ClassVar[str] = XMLDSIG

    id: OptionalId = None
    reference: Annotated[tuple[Reference, ...], Wire("Reference", 1, None)]
