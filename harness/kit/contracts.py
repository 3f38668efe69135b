"""Contracts for the good parties of a run, and the ways in which cases bend what is signed with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x448 import X448PublicKey
from cryptography.x509 import load_der_x509_certificate
from msgspec import Struct, structs

from harness.core.case import Role
from harness.core.feature import Feature
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.iso2.provider import Provider
from harness.endpoints.station.station import Station
from harness.kit.turning_off import Here
from harness.messages.field import Message
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    CertificateInstallationReq,
    CertificateInstallationRes,
    PncAReqAuthorizationMode,
)
from harness.messages.iso20.types import Processing, ResponseCode
from harness.pki.build import Pki
from harness.pki.credentials import Credentials
from harness.pki.flaws import Flaw
from harness.pki.lint import lint_chain
from harness.pki.objection import Severity
from harness.pki.recipe import DAY, ChainKind
from harness.pki.rules import rules_for
from harness.profile.device import Device
from harness.security.assessment import Trust
from harness.security.authorization import authorization_request, common_name
from harness.security.contract_key import KeyFlaw, agreement_key
from harness.security.flaw import SignatureFlaw
from harness.security.installation import install, installation_request, installation_response
from harness.security.message import verify_message
from harness.security.objection import Weight
from harness.trace.entry import Entry
from harness.trace.trace import Trace

_NEW = "DEHAR555555555"
_TEN_DAYS = 10 * DAY
SIGNATURE_FLAWS = tuple(flaw for flaw in SignatureFlaw if flaw is not SignatureFlaw.STALE_CHALLENGE)
"""What can be wrong with a signature itself."""


def with_contract(ev: Ev, device: Device, pki: Pki, profile: Device | None = None) -> Ev:
    """The EV with its papers; it pays by them if its profile says so, else only where a station takes nothing else.

    Args:
        ev: the good EV.
        device: the subject of the run.
        pki: the certificates of the run.
        profile: the profile that the EV was made from; None for ours.
    """
    wish = ev.car.authorization
    if wish == "eim" and (profile is None or "authorization" not in profile.parameters):
        own = profile is not None and profile.behaviour.contract and profile.offers(Feature.PNC)
        only = device.role is Role.STATION and device.offers(Feature.PNC) and not device.offers(Feature.EIM)
        wish = "pnc_then_eim" if own or only else "eim"
    return ev.with_car(authorization=wish).having(
        contract=pki.contract_chain(),
        provisioning=pki.provisioning_chain(),
        service_roots=(*_v2g_roots(pki), *ev.trust),
        strict_papers=is_strict(device),
    )


def is_strict(device: Device) -> bool:
    """Whether papers are to be as the standard has them: with whoever keeps to its terms of TLS as well."""
    return device.connection.tls in {"1.3", "none"}


def with_provider(
    station: Station, pki: Pki, profile: Device | None = None, *, trusted: tuple[bytes, ...] = (), strict: bool = True
) -> Station:
    """The station with a mobility operator behind it; it takes contracts if its profile says so.

    Args:
        station: the good station.
        pki: the certificates of the run.
        profile: the profile that the station was made from; None for ours.
        trusted: DER of more roots that contracts and provisioning certificates may end at.
        strict: refuse signatures that prove what they should and are not written as the standard has it.
    """
    if profile is not None and profile.behaviour.contract and profile.offers(Feature.PNC):
        ways = (*(("eim",) if profile.offers(Feature.EIM) else ()), "pnc")
        installs = profile.offers(Feature.CERTIFICATE_INSTALLATION)
        usual = {"authorization_services": ways, "certificate_installation": installs}
        told = {name: value for name, value in usual.items() if name not in profile.parameters}
        station = station.set(**told)
    known = _provider(pki)
    return station.having(
        provider=structs.replace(
            known,
            contract_roots=(*known.contract_roots, *trusted),
            provisioning_roots=(*known.provisioning_roots, *trusted),
            strict=strict,
        )
    )


def _provider(pki: Pki) -> Provider:
    contracts: dict[str, tuple[Credentials, ...]] = {}
    for each in (pki, pki.additional):
        pcid = common_name(each.provisioning_chain().chain[0])
        contracts[pcid] = (*contracts.get(pcid, ()), each.contract_chain())
    return Provider(
        contract_roots=(*pki.mo_roots, *pki.additional.mo_roots),
        provisioning_roots=(*pki.oem_roots, *pki.additional.oem_roots),
        contracts=contracts,
        service=pki.cps_chain(),
        tariff_signer=pki.tariff_signer(),
    )


def _v2g_roots(pki: Pki) -> tuple[bytes, ...]:
    return (*pki.v2g_roots, *pki.additional.v2g_roots)


def by_contract(trace: Trace) -> Entry:
    """The first request of the EV that pays by its contract.

    Raises:
        Unreached: there was none, for it was not offered.
    """
    return trace.first(AuthorizationReq, selected_authorization_service=Authorization.PNC)


class Contracts(Struct, frozen=True):
    """What cases about contracts take from the PKI of a run."""

    pki: Pki

    def paying(self, ev: Ev, *, contract: Credentials | None = None, wish: str = "pnc") -> Ev:
        """The EV, which pays by a contract, its own or this one, and by nothing else unless `wish` says so."""
        return ev.with_car(authorization=wish).having(contract=contract or ev.contract)

    def signing(self, ev: Ev, flaw: SignatureFlaw) -> Ev:
        """The EV, which pays by its contract and makes one mistake in signing."""
        return self.paying(ev).answering(AuthorizationReq, lambda _, usual: _resigned(usual, ev.contract, flaw))

    def without(self, ev: Ev, *, provisioning: Credentials | None = None) -> Ev:
        """The EV without a contract: it asks for one with its provisioning certificate, its own or this one."""
        bare = ev.with_car(authorization="pnc").having(contract=None)
        return bare.having(provisioning=provisioning or ev.provisioning)

    def asking(self, ev: Ev, flaw: SignatureFlaw) -> Ev:
        """The EV without a contract, which makes one mistake in signing its request for one."""
        own, roots = ev.provisioning, self.pki.v2g_roots
        return self.without(ev).answering(
            CertificateInstallationReq,
            lambda _, usual: usual if own is None else installation_request(usual.header, own, roots, flaw=flaw),
        )

    def handing_out(
        self, station: Station, flaw: SignatureFlaw | KeyFlaw | None = None, *, service: Credentials | None = None
    ) -> Station:
        """The station, which calls the EV's contract expired and hands out another one, with one flaw if wanted."""

        def handed(ask: CertificateInstallationReq, usual: CertificateInstallationRes) -> CertificateInstallationRes:
            leaf, signer = ask.oem_provisioning_certificate_chain.certificate, service or self.pki.cps_chain()
            return installation_response(usual.header, leaf, self._new_for(leaf), signer, flaw=flaw)

        return self.calling_for_another(station).answering(CertificateInstallationRes, handed)

    def calling_for_another(self, station: Station) -> Station:
        """The station, which calls the EV's contract expired once, and can hand out another one."""
        offering = self.taking(station, "eim", "pnc").set(certificate_installation=True)
        return offering.but(
            AuthorizationRes,
            nth=1,
            response_code=ResponseCode.WARNING_CERTIFICATE_EXPIRED,
            evse_processing=Processing.FINISHED,
        )

    def _new_for(self, provisioning: bytes) -> Credentials:
        """A contract that nobody had before, on the curve that goes with a provisioning certificate (DER)."""
        key = agreement_key(load_der_x509_certificate(provisioning))
        pki = self.pki.additional if isinstance(key, X448PublicKey) else self.pki
        return pki.contract_chain(_NEW)

    def signature(self, message: Message, signer: bytes) -> tuple[str, ...]:
        """What is wrong with the signature of a message that should be of this certificate (DER); empty for nothing."""
        return tuple(str(one) for one in verify_message(message, signer) if one.weight is not Weight.NOTICE)

    def form(self, chain: tuple[bytes, ...]) -> tuple[str, ...]:
        """What is wrong with the form of a contract chain, leaf first (DER); trust and time are not looked at."""
        found = lint_chain(chain, rules_for(ChainKind.CONTRACT))
        return tuple(str(one) for one in found if one.severity is Severity.ERROR)

    def taking(self, station: Station, *ways: str) -> Station:
        """The station, which offers these ways of authorization: `eim`, `pnc`."""
        return station.set(authorization_services=ways)

    def chain(self, flaw: Flaw | None = None, *, emaid: str = "") -> Credentials:
        """A contract, with one flaw if wanted."""
        return self.pki.contract_chain(emaid, flaw)

    def showing(self, contract: Credentials) -> Callable[[Here], AuthorizationReq]:
        """A turn: show this contract, under the challenge of the session."""
        return lambda here: authorization_request(here.header, here.journey.papers.challenge, contract)

    def replaying(self, ev: Ev) -> tuple[Ev, Ev]:
        """The EV on two visits: on the second it says again what it signed on the first."""
        heard: list[AuthorizationReq] = []

        def say_again(_: Any, usual: AuthorizationReq) -> AuthorizationReq:
            heard.append(usual)
            header = structs.replace(usual.header, signature=heard[0].header.signature)
            return structs.replace(heard[0], header=header)

        def listen(_: Any, usual: AuthorizationReq) -> AuthorizationReq:
            heard.append(usual)
            return usual

        return ev.answering(AuthorizationReq, listen), ev.answering(AuthorizationReq, say_again)

    def objections(self, answer: CertificateInstallationRes, at: float, *, additional: bool = False) -> tuple[str, ...]:
        """What keeps an EV with our papers from using a contract that it got at `at` (Unix time); empty for a good one.

        Args:
            answer: as received.
            at: Unix time.
            additional: whether the papers are those on Ed448.
        """
        pki = self.pki.additional if additional else self.pki
        got = install(answer, pki.provisioning_chain(), Trust(roots=_v2g_roots(self.pki)), at)
        return () if got.contract is not None else tuple(str(one) for one in got.objections)

    def running_out(self) -> Credentials:
        """A contract with ten days to go."""
        recipe = self.pki.recipe(ChainKind.CONTRACT)
        leaf = structs.replace(recipe.leaf, valid_until=_TEN_DAYS)
        return self.pki.make(structs.replace(recipe, leaf=leaf), label="contract, ten days to go")

    def additional(self, ev: Ev) -> Ev:
        """The EV with papers on Ed448, which pays by its contract."""
        other = self.pki.additional
        return self.paying(ev, contract=other.contract_chain()).having(provisioning=other.provisioning_chain())


def _resigned(usual: AuthorizationReq, contract: Credentials | None, flaw: SignatureFlaw) -> Any:
    """The same request with a flawed signature; what is no request by contract stays as it is."""
    block = usual.authorization_mode
    if contract is None or not isinstance(block, PncAReqAuthorizationMode):
        return usual
    return authorization_request(usual.header, block.gen_challenge, contract, flaw=flaw)
