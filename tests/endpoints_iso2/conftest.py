"""A laboratory for ISO 15118-2 and DIN SPEC 70121: both sides in memory, with the certificates they need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from harness.endpoints.ev.car import Car
from harness.endpoints.ev.ev import DIN, ISO2, Ev
from harness.endpoints.station.iso2.provider import Provider
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.station.station import Station
from harness.messages.field import Message
from harness.messages.iso2.codes import PaymentOption
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE
from harness.pki.build import Pki
from harness.pki.credentials import Credentials
from harness.pki.recipe import ChainKind, Profile
from harness.trace.entry import Link, Note
from harness.transports.clock import VIRTUAL_EPOCH, run
from harness.transports.tls.profile import STRICT_2
from tests.endpoints_v2g.conftest import Lab

AC, DC = 1, 2
BOTH = (PaymentOption.CONTRACT, PaymentOption.EXTERNAL_PAYMENT)
CITY = StationSettings(protocols=(ISO2_MESSAGE,), services=(DC, AC), backend=False)
"""A charger of both kinds that speaks ISO 15118-2 alone."""
OLD = StationSettings(protocols=(DIN_MESSAGE,), services=(DC,), backend=False)
"""A charger that speaks DIN SPEC 70121 alone."""


def small(service: int = DC, **settings: Any) -> Ev:
    """A city car that speaks ISO 15118-2 alone, without TLS."""
    return Ev(tls=False, protocols=(ISO2,), car=Car(service=service), **settings)


def elder(**settings: Any) -> Ev:
    """A car that speaks DIN SPEC 70121 alone."""
    return Ev(tls=False, protocols=(DIN,), car=Car(service=DC), **settings)


def having(settings: StationSettings, **terms: Any) -> StationSettings:
    """The same station with other terms for ISO 15118-2."""
    return msgspec.structs.replace(settings, iso2=msgspec.structs.replace(settings.iso2, **terms))


class OldLab(Lab):
    """Brings tokens of contracts to the same decision as any other."""

    def _happened(self, happening: Any) -> None:
        super()._happened(happening)
        if type(happening).__name__ == "TokenPresented":
            self.plant.authorise(self.authorised, happening.at)

    def bodies(self, *kinds: type[Message]) -> list[Any]:
        """The bodies of these classes, in order."""
        return [entry.message for entry in self.trace if isinstance(entry.message, kinds)]

    def asked(self) -> list[str]:
        """The requests by name, in order, repetitions in a row left out."""
        said = [
            type(entry.message).name for entry in self.trace if entry.link is Link.V2G and entry.message is not None
        ]
        names = [name.removesuffix("Req") for name in said if name.endswith("Req")]
        return [name for name, before in zip(names, [None, *names], strict=False) if name != before]

    def notes(self) -> list[Note]:
        """What the observing side wrote down."""
        return [entry.body for entry in self.trace if isinstance(entry.body, Note)]

    def last_reply(self) -> Any:
        """The last response on the vehicle link."""
        said = [entry.message for entry in self.trace if entry.link is Link.V2G and entry.message is not None]
        return said[-1]

    def refusals(self) -> list[tuple[str, str]]:
        """Every FAILED response: its name and its code."""
        said = [entry.message for entry in self.trace if entry.link is Link.V2G and entry.message is not None]
        codes = [(type(one).name, str(getattr(one, "response_code", ""))) for one in said]
        return [(name, code) for name, code in codes if code.upper().startswith("FAILED")]


Meet2 = Callable[..., OldLab]


@pytest.fixture
def meet2() -> Meet2:
    """Bring EVs and a station together: `meet2(ev, ..., settings=..., port=..., ...)`."""

    def bring(*evs: Ev, between: float = 1.0, prepare: Callable[[OldLab], None] | None = None, **terms: Any) -> OldLab:
        async def session() -> OldLab:
            lab = OldLab(**({"settings": CITY} | terms))
            if prepare is not None:
                prepare(lab)
            await lab.drive(*evs, between=between)
            return lab

        return run(session(), virtual=True)

    return bring


class Papers:
    """The certificates of one test session, on secp256r1."""

    def __init__(self) -> None:
        self.pki = Pki.generate(VIRTUAL_EPOCH, profile=Profile.ISO2)
        self.contract = self.pki.contract_chain()
        self.provisioning = self.pki.provisioning_chain()
        self.service = self.pki.cps_chain()
        self.operator = self._operator()

    def provider(self, **changes: Any) -> Provider:
        """What a good station knows."""
        good = Provider(
            contract_roots=self.pki.mo_roots,
            provisioning_roots=self.pki.oem_roots,
            provisioning_intermediates=self.provisioning.chain[1:],
            contract=self.contract,
            service=self.service,
            tariff_signer=self.operator,
        )
        return msgspec.structs.replace(good, **changes)

    def port(self, **changes: Any) -> Station:
        """A station with TLS 1.2, as ISO 15118-2 has it: it shows its chain and asks for none."""
        terms: dict[str, Any] = {"provider": self.provider()} | changes
        return Station(
            credentials=self.pki.secc_chain(), tls_profile=STRICT_2, asks_certificate=False, tls_check="accept", **terms
        )

    def ev(self, service: int = DC, *, offers: tuple[Any, ...] = (ISO2,), **terms: Any) -> Ev:
        """An EV with TLS 1.2; `terms` are those of ISO 15118-2."""
        own = msgspec.structs.replace(Ev().iso2, roots=self.pki.v2g_roots, **terms)
        return Ev(protocols=offers, car=Car(service=service), iso2=own, trust=self.pki.v2g_roots, tls_profile=STRICT_2)

    def _operator(self) -> Credentials:
        """The mobility operator's CA right above contracts."""
        recipe = self.pki.recipe(ChainKind.CONTRACT)
        *above, signer = recipe.issuers
        return self.pki.make(msgspec.structs.replace(recipe, issuers=tuple(above), leaf=signer))


@pytest.fixture(scope="session")
def papers() -> Papers:
    """Certificates for everybody."""
    return Papers()
