"""What comes of checking somebody's papers: the objections, and the response code to answer with."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from cryptography import x509
from msgspec import Struct

from harness.messages.iso20.codes import ResponseCode
from harness.pki.lint import lint_chain
from harness.pki.path import check_path
from harness.pki.recipe import ChainKind, Edition, Profile
from harness.pki.rules import rules_for
from harness.security.keys import key_name, read_certificate
from harness.security.objection import Objection, of_chain, refusal

_BY_CODE = {
    "path.expired": ResponseCode.WARNING_CERTIFICATE_EXPIRED,
    "path.not_yet_valid": ResponseCode.WARNING_CERTIFICATE_NOT_YET_VALID,
    "path.revoked": ResponseCode.WARNING_CERTIFICATE_REVOKED,
}
"""Which warning says what was found; all else that is wrong with a chain is a validation error."""


class Assessment(Struct, frozen=True, kw_only=True):
    """What is held against a request, and how the station answers."""

    response_code: ResponseCode
    objections: tuple[Objection, ...] = ()
    name: str = ""
    """The common name of the leaf: EMAID of a contract, PCID of a provisioning certificate."""

    @property
    def accepted(self) -> bool:
        """Whether the request is granted."""
        return self.response_code.value.startswith("OK")


class Trust(Struct, frozen=True, kw_only=True):
    """What a party trusts and knows, and how strictly it looks."""

    roots: tuple[bytes, ...]
    """DER of the roots that the chain may end at."""
    revoked: frozenset[bytes] = frozenset()
    """Certificates (DER) known to be revoked."""
    edition: Edition = Edition.AMD1
    strict: bool = True
    """Refuse for deviations as well, and secp256r1 among them; else only for what proves nothing."""


class Assessing:
    """Collects objections with the code that each would be answered with; the first that refuses decides."""

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._found: list[tuple[Objection, ResponseCode]] = []

    def add(self, objections: Iterable[Objection], code: ResponseCode) -> None:
        """Objections that are answered alike."""
        self._found += [(objection, code) for objection in objections]

    def add_chain(self, objections: Iterable[Objection]) -> None:
        """Objections to a chain, each answered with its own warning."""
        other = ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR
        self._found += [(objection, _BY_CODE.get(objection.code, other)) for objection in objections]

    def result(self, good: ResponseCode, name: str = "") -> Assessment:
        """The assessment, with `good` for an answer where nothing refuses."""
        code = next((code for one, code in self._found if refusal([one], strict=self._strict)), good)
        return Assessment(response_code=code, objections=tuple(one for one, _ in self._found), name=name)


def chain_objections(
    chain: tuple[bytes, ...], kind: ChainKind, trust: Trust, at: float, *, profile: Profile | None = None
) -> tuple[Objection, ...]:
    """Everything wrong with a chain: first whether it leads to a trusted root, then its form.

    Args:
        chain: DER, leaf first.
        kind: what the chain is for.
        trust: roots, known revocations, strictness.
        at: Unix time.
        profile: whose rules the form has to keep; None for those of ISO 15118-20, and from a lenient party those of
            ISO 15118-2 for a chain on secp256r1.
    """
    path = check_path(chain, trust.roots, at, revoked=trust.revoked)
    form = _form(chain, kind, profile or _profile(chain, trust), trust.edition)
    return tuple(dict.fromkeys((*of_chain(path), *form)))


@lru_cache(maxsize=256)
def _form(chain: tuple[bytes, ...], kind: ChainKind, profile: Profile, edition: Edition) -> tuple[Objection, ...]:
    """What the linter says; the same few chains come again and again in a run."""
    return of_chain(lint_chain(chain, rules_for(kind, profile, edition)))


def _profile(chain: tuple[bytes, ...], trust: Trust) -> Profile:
    leaf = read_certificate(chain[0]) if chain and not trust.strict else None
    on_p256 = isinstance(leaf, x509.Certificate) and key_name(leaf.public_key()) == "secp256r1"
    return Profile.ISO2 if on_p256 else Profile.STRICT_20


def chain_of(leaf: bytes, above: tuple[bytes, ...] | None) -> tuple[bytes, ...]:
    """A chain as messages carry it, leaf first."""
    return (leaf, *(above or ()))
