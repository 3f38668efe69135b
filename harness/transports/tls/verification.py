"""Our judgement of the peer's chain: path, host name, profile and revocation, the same for every engine."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

from cryptography import x509

from harness.pki.lint import first_error, lint_chain, parse_certificate
from harness.pki.objection import Objection, error
from harness.pki.path import check_path
from harness.pki.recipe import ChainKind, Edition, Profile
from harness.pki.revocation import Needed, status_objections
from harness.pki.rules import rules_for
from harness.transports.tls.host import bears_name
from harness.transports.tls.report import ChainVerdict, TlsRole
from harness.transports.tls.setup import Revocation, TlsSetup

_INVALID_PURPOSE = 26
_CERTIFICATE_REJECTED = 28
_OCSP_VERIFY_FAILED = 74

_UNSUPPORTED_CERTIFICATE = 43
_BAD_CERTIFICATE = 42
_CERTIFICATE_UNKNOWN = 46
_BAD_STATUS = 113

_ANSWERS = {
    "path.expired": (10, 45),
    "path.not_yet_valid": (9, 42),
    "path.signature": (7, 51),
    "path.unknown_issuer": (20, 48),
    "path.no_authority": (79, 48),
    "path.length": (25, 48),
    "path.no_cert_sign": (32, 48),
    "path.critical_extension": (34, 46),
    "path.revoked": (23, 44),
    "status.revoked": (23, 44),
    "host.name": (62, 42),
    "leaf.key_usage": (_INVALID_PURPOSE, _UNSUPPORTED_CERTIFICATE),
    "leaf.extended_use": (_INVALID_PURPOSE, _UNSUPPORTED_CERTIFICATE),
    "leaf.authority": (_INVALID_PURPOSE, _UNSUPPORTED_CERTIFICATE),
}
"""OpenSSL's number for an objection, and the alert that OpenSSL answers it with."""


def judge_chain(setup: TlsSetup, chain: tuple[bytes, ...], staples: tuple[bytes, ...] = ()) -> ChainVerdict | None:
    """What a strict side thinks of the peer's whole chain.

    Args:
        setup: who judges, by which rules, at which time, against which roots.
        chain: DER as the peer sent it, leaf first.
        staples: OCSP responses that came with it; empty ones are passed over.

    Returns:
        The verdict, with the alert that fits a refusal; None if there is no chain to judge.
    """
    if not chain:
        return None
    found = path_objection(setup, chain) or form_objection(setup, chain) or status_objection(setup, chain, staples)
    return ChainVerdict(good=True) if found is None else refusal(found, setup.role)


def path_objection(setup: TlsSetup, chain: tuple[bytes, ...]) -> Objection | None:
    """What keeps a chain from being trusted now, or from being the host's."""
    roots, at = tuple(setup.roots), setup.at
    bounds = _bounds(chain, roots)
    moment = _Moment(at, bisect_left(bounds, at), bisect_right(bounds, at))
    found = _first(setup, _path(chain, roots, moment))
    if found is None and setup.server_name and not bears_name(chain[0], setup.server_name):
        return _first(setup, [error("host.name", f"the leaf does not name {setup.server_name}")])
    return found


def form_objection(setup: TlsSetup, chain: tuple[bytes, ...]) -> Objection | None:
    """What is wrong with the form of a chain by the profile's own rules."""
    profile = setup.profile
    if profile.chain_profile is None:
        return None
    kind = profile.peer_kind(server=setup.role is TlsRole.SERVER)
    return _first(setup, _form(chain, kind, profile.chain_profile, profile.edition))


def status_objection(setup: TlsSetup, chain: tuple[bytes, ...], staples: tuple[bytes, ...]) -> Objection | None:
    """What is wrong with the revocation status of a chain, as far as this side minds it."""
    if setup.revocation is Revocation.NONE:
        return None
    needed, known = Needed(setup.revocation.value), (*staples, *setup.statuses)
    return _first(setup, status_objections(chain, setup.roots, known, setup.at, needed=needed))


def refusal(objection: Objection, role: TlsRole) -> ChainVerdict:
    """The verdict that an objection comes to."""
    number, alert = _ANSWERS.get(objection.code, (0, 0))
    if not alert and objection.code.startswith("status."):
        # A bad staple has an alert of its own; what a server learned otherwise about the client has none.
        number, alert = _OCSP_VERIFY_FAILED, _BAD_STATUS if role is TlsRole.CLIENT else _CERTIFICATE_UNKNOWN
    elif not alert:
        number, alert = _CERTIFICATE_REJECTED, _BAD_CERTIFICATE
    return ChainVerdict(
        good=False, number=number, depth=objection.depth, text=objection.text, rule=objection.code, alert=alert
    )


def openssl_code(number: int) -> str:
    """What an error of OpenSSL is called where objections have codes."""
    return f"openssl.{number}"


def _first(setup: TlsSetup, objections: Sequence[Objection]) -> Objection | None:
    """The first objection that this side refuses a chain for."""
    return first_error([one for one in objections if one.code not in setup.profile.tolerates])


class _Moment:
    """A time that equals every other time at which the same certificates are valid."""

    __slots__ = ("_place", "at")

    def __init__(self, at: float, *place: int) -> None:
        self.at, self._place = at, place

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Moment) and other._place == self._place

    def __hash__(self) -> int:
        return hash(self._place)


@lru_cache(maxsize=256)
def _path(chain: tuple[bytes, ...], roots: tuple[bytes, ...], moment: _Moment) -> tuple[Objection, ...]:
    """What check_path says; the same few chains come again and again in a run."""
    return check_path(chain, roots, moment.at)


@lru_cache(maxsize=256)
def _form(chain: tuple[bytes, ...], kind: ChainKind, profile: Profile, edition: Edition) -> tuple[Objection, ...]:
    return lint_chain(chain, rules_for(kind, profile, edition))


@lru_cache(maxsize=256)
def _bounds(chain: tuple[bytes, ...], roots: tuple[bytes, ...]) -> tuple[float, ...]:
    """The moments at which one of these certificates begins or ceases to be valid, in order."""
    return tuple(sorted(_moments(chain + roots)))


def _moments(certificates: tuple[bytes, ...]) -> Iterator[float]:
    for certificate in certificates:
        parsed = parse_certificate(certificate, 0)
        if isinstance(parsed, x509.Certificate):
            yield parsed.not_valid_before_utc.timestamp()
            yield parsed.not_valid_after_utc.timestamp()
