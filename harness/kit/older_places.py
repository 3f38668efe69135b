"""The places of a good session of ISO 15118-2 or DIN SPEC 70121 at which our station turns on an EV."""

from __future__ import annotations

from typing import Any

from harness.endpoints.behaviour import Silence
from harness.endpoints.bending import Bend, replace_fields
from harness.endpoints.station.refusals import filled
from harness.endpoints.station.station import Station
from harness.framing.v2gtp import HEADER_SIZE, Frame
from harness.kit.station_preambles import MESSAGE, Confusion, Place
from harness.messages.din import charging as din_charging
from harness.messages.din import dc as din_dc
from harness.messages.din import payment as din_payment
from harness.messages.din import service as din_service
from harness.messages.din import session as din_session
from harness.messages.field import Message
from harness.messages.iso2 import charging, dc, payment, service, session
from harness.messages.iso2.codes import ResponseCode
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes
from harness.sessions.v2g.wire import write

SLOW, LOOP = 5.0, 0.25
"""Seconds that an EV waits for PowerDeliveryRes and the like, and for CurrentDemandRes (Table 109)."""


class OlderPlace(Place, frozen=True, kw_only=True):
    """One response of a good session."""

    wants: str = ""
    """ChargeProgress of the PowerDeliveryReq that is answered."""

    def fits(self, ask: Message) -> bool:
        """Whether the answer to `ask` is meant."""
        if not self.wants:
            return True
        told = getattr(ask, "charge_progress", None)
        if told is None:
            return getattr(ask, "ready_to_charge_state", True) is (self.wants == "Start")
        return str(told) == self.wants

    def enveloped(self, station: Station, **fields: Any) -> Station:
        """The same station with other values in header or body here; `header__session_id=...` reaches into a part."""

        def change(heard: Any, said: Any) -> Any:
            return replace_fields(said, fields) if self.fits(heard) else said

        bend = Bend(usual=self.response, change=change, whole=True)
        return station.having(bends=(*station.bends, bend), patient=True)

    def garbling(self, station: Station) -> Station:
        """The same station, whose EXI ends in the middle here; the V2GTP header is right."""

        def change(heard: Any, said: Any) -> Any:
            return _cut(said) if self.fits(heard) else said

        bend = Bend(usual=self.response, change=change, whole=True)
        return station.having(bends=(*station.bends, bend), patient=True)


SUPPORTED_APP_PROTOCOL = OlderPlace(name="supported_app_protocol", response=SupportedAppProtocolRes)
IN_SESSION = (
    OlderPlace(name="session_setup", response=session.SessionSetupRes),
    OlderPlace(name="service_discovery", response=service.ServiceDiscoveryRes),
    OlderPlace(name="payment_selection", response=payment.PaymentServiceSelectionRes),
    OlderPlace(name="authorization", response=payment.AuthorizationRes),
    OlderPlace(name="charge_parameters", response=charging.ChargeParameterDiscoveryRes),
    OlderPlace(name="cable_check", response=dc.CableCheckRes),
    OlderPlace(name="pre_charge", response=dc.PreChargeRes),
    OlderPlace(name="power_start", response=charging.PowerDeliveryRes, wants="Start", patience=SLOW),
    OlderPlace(name="current_demand", response=dc.CurrentDemandRes, patience=LOOP),
    OlderPlace(name="power_stop", response=charging.PowerDeliveryRes, wants="Stop", patience=SLOW),
    OlderPlace(name="welding_detection", response=dc.WeldingDetectionRes),
    OlderPlace(name="session_stop", response=session.SessionStopRes),
)
"""Every response of a DC session of ISO 15118-2 in which a session id can be wrong, in order."""
WHOLE = (SUPPORTED_APP_PROTOCOL, *IN_SESSION)
DIN_SESSION = (
    OlderPlace(name="session_setup", response=din_session.SessionSetupRes),
    OlderPlace(name="service_discovery", response=din_service.ServiceDiscoveryRes),
    OlderPlace(name="payment_selection", response=din_payment.ServicePaymentSelectionRes),
    OlderPlace(name="authentication", response=din_payment.ContractAuthenticationRes),
    OlderPlace(name="charge_parameters", response=din_charging.ChargeParameterDiscoveryRes),
    OlderPlace(name="cable_check", response=din_dc.CableCheckRes),
    OlderPlace(name="pre_charge", response=din_dc.PreChargeRes),
    OlderPlace(name="power_start", response=din_charging.PowerDeliveryRes, wants="Start"),
    OlderPlace(name="current_demand", response=din_dc.CurrentDemandRes, patience=LOOP),
    OlderPlace(name="power_stop", response=din_charging.PowerDeliveryRes, wants="Stop"),
    OlderPlace(name="session_stop", response=din_session.SessionStopRes),
)
"""Every response of a session of DIN SPEC 70121, in order."""


class OlderConfusion(Confusion, frozen=True, kw_only=True):
    """A response in the place of another one, once; nothing is said there from then on."""

    def bend(self, station: Station) -> Station:
        """See `Confusion.bend`."""
        said: list[Message] = []

        def confuse(_ask: Any, _usual: Any) -> Any:
            if said:
                return Silence()
            said.append(_good(self.said))
            return said[0]

        return self.place.bend(station, confuse)


def older_confusions(places: tuple[OlderPlace, ...]) -> tuple[OlderConfusion, ...]:
    """Every place with every response that belongs to another one."""
    kinds = tuple(dict.fromkeys(place.response for place in places))
    return tuple(
        OlderConfusion(place=place, said=kind) for place in places for kind in kinds if kind is not place.response
    )


def ongoing(_: Any, usual: Any) -> Any:
    """The usual response, not finished yet."""
    return replace_fields(usual, {"evse_processing": type(usual.evse_processing)("Ongoing")})


def _good(kind: type[Message]) -> Message:
    """A response that looks good by itself."""
    if kind is SupportedAppProtocolRes:
        return SupportedAppProtocolRes(response_code=AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION, schema_id=1)
    opens = kind is session.SessionSetupRes
    return filled(kind, response_code=ResponseCode.OK_NEW_SESSION_ESTABLISHED if opens else ResponseCode.OK)


def _cut(usual: Message) -> bytes:
    """The frame of a message whose EXI ends a few bytes early, too early for its end."""
    whole = write(usual)
    payload = whole.data[HEADER_SIZE:]
    return Frame(whole.payload_type, payload[: len(payload) // 2]).encode()


__all__ = [
    "DIN_SESSION",
    "IN_SESSION",
    "LOOP",
    "MESSAGE",
    "SLOW",
    "SUPPORTED_APP_PROTOCOL",
    "WHOLE",
    "OlderConfusion",
    "OlderPlace",
    "older_confusions",
    "ongoing",
]
