"""Stations and EVs with one fault each in how they judge a chain."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, Self

from cryptography import x509
from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.ev.ev import Ev
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.mutants.tls import ev, station
from harness.endpoints.mutants.tls_tolerance import lax
from harness.endpoints.station.station import Station
from harness.pki.build import Pki
from harness.pki.recipe import ChainKind
from harness.transports.tls.profile import STRICT_20

NIST_ALONE = replace(STRICT_20, signature_schemes=STRICT_20.signature_schemes[:1])
P521, X448 = STRICT_20.groups


class OneRootStation(Station, frozen=True, kw_only=True):
    """A station whose store holds one root of a name, the first."""

    def having(self, **settings: Any) -> Self:
        """The same station with other settings."""
        return super().having(**_sorted_out(settings))


class OneRootEv(Ev, frozen=True, kw_only=True):
    """An EV whose store holds one root of a name, the first."""

    def having(self, **settings: Any) -> Self:
        """The same EV with other settings."""
        return super().having(**_sorted_out(settings))


def _sorted_out(settings: dict[str, Any]) -> dict[str, Any]:
    return {**settings, "trust": _first_of_each_name(settings["trust"])} if "trust" in settings else settings


def _first_of_each_name(roots: Iterable[bytes]) -> tuple[bytes, ...]:
    named: dict[bytes, bytes] = {}
    for root in roots:
        named.setdefault(x509.load_der_x509_certificate(root).subject.public_bytes(), root)
    return tuple(named.values())


def _as(kind: type[Station] | type[Ev], good: Any) -> Any:
    return kind(**{name: getattr(good, name) for name in good.__struct_fields__})


def _trusting_makers_alone(good: Station) -> Station:
    """Without the V2G root, which the good station trusts behind those of makers."""
    return good.having(trust=good.trust[:1])


_STATIONS = (
    station("trusts-none-of-these", "refuses every vehicle chain, however it is built", ("018", "019"), trust=()),
    Mutant(
        id="station-trusts-makers-alone",
        role=Role.STATION,
        title="takes vehicle chains under roots of makers alone",
        caught_by=("TLS-STN-019",),
        make=_trusting_makers_alone,
    ),
    Mutant(
        id="station-keeps-one-root-a-name",
        role=Role.STATION,
        title="forgets a root as soon as it has another one of the same name",
        caught_by=("TLS-STN-020",),
        make=partial(_as, OneRootStation),
    ),
    *(
        lax(
            Role.STATION,
            f"about-{kind}",
            f"takes a {kind} chain for a vehicle's",
            ("024",) if kind is ChainKind.CONTRACT else (f"025[{kind}]",),
            partial(Pki.chain, kind=kind),
        )
        for kind in (ChainKind.CONTRACT, ChainKind.PROVISIONING, ChainKind.SECC, ChainKind.CPS)
    ),
    station("leaks", "serves nobody once it has refused somebody, be it once", ("026",), survives_refusal=False),
    station("knows-no-ed448", "takes no vehicle chain on Ed448", ("021",), tls_profile=NIST_ALONE),
)

_EVS = (
    ev("trusts-none-of-these", "refuses every station chain, however it is built", ("007",), trust=()),
    Mutant(
        id="ev-keeps-one-root-a-name",
        role=Role.EV,
        title="forgets a root as soon as it has another one of the same name",
        caught_by=("TLS-EV-008",),
        make=partial(_as, OneRootEv),
    ),
    *(
        lax(
            Role.EV,
            f"about-{kind}",
            f"takes a {kind} chain for a station's",
            (f"016[{kind}]",),
            partial(Pki.chain, kind=kind),
        )
        for kind in (ChainKind.CONTRACT, ChainKind.PROVISIONING, ChainKind.VEHICLE, ChainKind.CPS)
    ),
    ev("knows-no-ed448", "does not know Ed448", ("009", "013"), tls_profile=NIST_ALONE),
)

MUTANTS: tuple[Mutant, ...] = (*_STATIONS, *_EVS)
