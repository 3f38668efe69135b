"""For each flaw of a chain a station or an EV that takes it, and would refuse every other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from harness.core.case import Role
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.mutants.tls import ev, station
from harness.endpoints.mutants.tls_tolerance import lax
from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.pki.flaws.families import Family, family
from harness.pki.recipe import ChainKind
from harness.transports.tls.adversary import Adversary, Blindness, HandshakeMessage

_CASES = {
    Family.COMMON: ("002", "002"),
    Family.DATES: ("051", "039"),
    Family.PATH: ("052", "040"),
    Family.AUTHORITIES: ("053", "041"),
    Family.USES: ("054", "042"),
    Family.EXTENDED_USES: ("055", "043"),
    Family.NAMES: ("056", "044"),
    Family.KEYS: ("057", "045"),
    Family.SIGNATURES: ("058", "046"),
    Family.FORM: ("059", "047"),
    Family.SIZE: ("061", "049"),
    Family.IDENTIFIERS: ("062", "050"),
}
"""Ends of the ids of the cases about a family: for stations, for EVs."""
_BYTES, _DISPUTED = ("060", "048"), ("063", "051")
_KINDS = {Role.STATION: ChainKind.VEHICLE, Role.EV: ChainKind.SECC}


def _lax_ones(role: Role, place: int) -> Iterator[Mutant]:
    kind = _KINDS[role]
    for name, cases in _CASES.items():
        # A key that was never offered takes a device that does not mind that either.
        blind = (Blindness.SCHEME,) if name is Family.KEYS else ()
        for flaw in family(name, kind):
            yield _lax(role, kind, flaw, f"{cases[place]}[{flaw.value}]", blind if flaw is not Flaw.WRONG_CURVE else ())


def _lax(role: Role, kind: ChainKind, flaw: Flaw, case: str, blind_to: tuple[Blindness, ...]) -> Mutant:
    name, title = flaw.value.replace("_", "-"), f"takes a chain although {flaw.description}"
    return lax(role, name, title, (case,), partial(Pki.chain, kind=kind, flaw=flaw), blind_to=blind_to)


_STATIONS = (
    *_lax_ones(Role.STATION, 0),
    station(
        "sulks-over-bytes",
        "says nothing and stays when it cannot read a certificate",
        (_BYTES[0],),
        tls_adversary=Adversary(sulks=True),
    ),
    station(
        "dies-of-a-certificate",
        "serves nobody once it could not read a certificate",
        (_BYTES[0],),
        survives_refusal=False,
    ),
    station(
        "stalls-over-a-chain",
        "never comes to the end of a handshake",
        (_DISPUTED[0],),
        tls_adversary=Adversary(silent_at=HandshakeMessage.CERTIFICATE),
    ),
)

_EVS = (
    *_lax_ones(Role.EV, 1),
    ev(
        "sulks-over-bytes",
        "says nothing and stays when it cannot read a certificate",
        (_BYTES[1],),
        tls_adversary=Adversary(sulks=True),
    ),
    ev(
        "stalls-over-a-chain",
        "never comes to the end of a handshake",
        (_DISPUTED[1],),
        tls_adversary=Adversary(silent_at=HandshakeMessage.CERTIFICATE, sulks=True),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*_STATIONS, *_EVS)
