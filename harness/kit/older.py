"""The parties of a run where ISO 15118-2 or DIN SPEC 70121 is spoken: how they connect, and what pays."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from harness.core.case import Role
from harness.core.feature import Feature
from harness.endpoints.bending import Bend
from harness.endpoints.ev.ev import DIN as DIN
from harness.endpoints.ev.ev import ISO2 as ISO2
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.iso2.provider import Provider
from harness.endpoints.station.station import Station
from harness.messages.field import Message
from harness.messages.iso2.codes import PaymentOption
from harness.messages.iso2.message import Body, V2gMessage
from harness.messages.iso2.payment import AuthorizationReq
from harness.messages.iso20.energy import EnergyService, Flow
from harness.pki.build import Pki
from harness.profile.device import Device
from harness.security.objection import refusal
from harness.security.signature import sign
from harness.security.verify import verify
from harness.trace.entry import Entry
from harness.transports.tls.profile import LENIENT_12

BOTH_WAYS_OF_PAYING = (PaymentOption.EXTERNAL_PAYMENT, PaymentOption.CONTRACT)
_SERVICES = {Flow.DC: EnergyService.DC, Flow.AC: EnergyService.AC}


def on_iso2(ev: Ev, flow: Flow = Flow.DC, **terms: Any) -> Ev:
    """The EV, which speaks ISO 15118-2 alone; `terms` are fields of `EvIso2Terms`.

    It takes TLS 1.2 where the profile says that this is what there is, else none, as most EVs do whose contract does
    not pay.
    """
    asked = ev.in_iso2(**terms).having(tls=ev.tls and ev.tls_profile == LENIENT_12)
    return _charging(asked, flow)


def paying_on_iso2(ev: Ev, pki: Pki, flow: Flow = Flow.DC, **terms: Any) -> Ev:
    """The EV, which speaks ISO 15118-2 alone and pays by a contract, over the TLS of its profile."""
    usual = {"contract": pki.earlier.contract_chain(), **_own(pki)}
    return _charging(ev.in_iso2(**{**usual, **terms}), flow)


def getting_a_contract(ev: Ev, pki: Pki, how: str = "installation", flow: Flow = Flow.DC) -> Ev:
    """The EV, which asks for a contract in an ISO 15118-2 session: `installation` (it has none) or `update`."""
    if how == "update":
        return paying_on_iso2(ev, pki, flow, get="update")
    return paying_on_iso2(ev, pki, flow, contract=None, get="installation").having(contract=None)


def on_din(ev: Ev) -> Ev:
    """The EV, which speaks DIN SPEC 70121 alone."""
    return _charging(ev.in_din(), Flow.DC)


def _charging(ev: Ev, flow: Flow) -> Ev:
    return ev.on_ac(bidirectional=False) if flow is Flow.AC else ev.with_car(service=int(EnergyService.DC))


def speaking_iso2(station: Station, **terms: Any) -> Station:
    """The station, which speaks ISO 15118-2 alone, with TLS and without; `terms` are fields of `Iso2Terms`."""
    return station.in_iso2(**terms)


def speaking_din(station: Station) -> Station:
    """The station, which speaks DIN SPEC 70121 alone, without TLS."""
    return station.in_din().having(credentials=None)


def taking_contracts(station: Station, **terms: Any) -> Station:
    """The station, which speaks ISO 15118-2 alone and lets contracts pay."""
    return speaking_iso2(station, **{"payments": BOTH_WAYS_OF_PAYING, **terms})


def with_older_papers(ev: Ev, device: Device, pki: Pki) -> Ev:
    """An EV under test that pays by contract in ISO 15118-2 too has papers on the curve of that protocol."""
    if device.role is not Role.EV or not device.offers(Feature.ISO2_PNC):
        return ev
    terms = structs.replace(ev.iso2, contract=pki.earlier.contract_chain(), **_own(pki))
    return ev.having(iso2=terms)


def with_older_provider(station: Station, pki: Pki) -> Station:
    """The station with what stands behind it for EVs of ISO 15118-2."""
    known = station.provider
    return station.having(provider=structs.replace(known, earlier=provider_of(pki)))


def provider_of(pki: Pki) -> Provider:
    """Everybody behind a station of ISO 15118-2, on the curve of that protocol."""
    old = pki.earlier
    provisioning = old.provisioning_chain()
    return Provider(
        contract_roots=old.mo_roots,
        provisioning_roots=old.oem_roots,
        provisioning_intermediates=provisioning.chain[1:],
        contract=old.contract_chain(),
        service=old.cps_chain(),
    )


def _own(pki: Pki) -> dict[str, Any]:
    old = pki.earlier
    return {"provisioning": old.provisioning_chain(), "roots": old.v2g_roots}


def re_signed(ev: Ev, pki: Pki, how: str) -> Ev:
    """The EV, which pays by contract and cannot prove that the contract is its own.

    Args:
        ev: pays by contract.
        pki: the certificates of the run.
        how: `unsigned`, `another_key`, `another_challenge` or `no_challenge`.
    """
    contract, stranger = ev.iso2.contract, pki.earlier.vehicle_chain()
    key = (stranger if how == "another_key" or contract is None else contract).key.reveal()

    def change(_: Any, usual: V2gMessage) -> V2gMessage:
        body: Any = usual.body.element
        if body.gen_challenge is None:
            return usual
        told = {"another_challenge": bytes(len(body.gen_challenge)), "no_challenge": None}
        said = structs.replace(body, gen_challenge=told.get(how, body.gen_challenge))
        signature = None if how == "unsigned" else sign((said,), key, schema="iso2")
        return structs.replace(
            usual, header=structs.replace(usual.header, signature=signature), body=Body(element=said)
        )

    bend = Bend(usual=AuthorizationReq, change=change, whole=True)
    return ev.having(bends=(*ev.bends, bend))


def spoilt_request(ev: Ev, kind: type[Message]) -> Ev:
    """The EV, whose requests of a kind go without the signature that they need."""
    return ev.but(kind, header__signature=None)


def signature_objection(entry: Entry, contract: bytes) -> str:
    """Why the signature of a message does not prove that it comes from the holder of a contract; empty if it does.

    Args:
        entry: a request, signed as a whole body.
        contract: the contract certificate, DER.
    """
    found = verify(getattr(entry.header, "signature", None), (entry.message,), contract, schema="iso2")
    refused = refusal(found, strict=False)
    return "" if refused is None else str(refused)
