"""The places of a good session at which our station turns on an EV: each response, and how long the EV waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from harness.core.case import Role
from harness.endpoints.behaviour import Hang, Say, Silence
from harness.endpoints.bending import replace_fields
from harness.endpoints.station.refusals import filled
from harness.endpoints.station.station import Station
from harness.framing.v2gtp import HEADER_SIZE, Frame
from harness.messages.field import Message
from harness.messages.iso20 import ac, common, dc
from harness.messages.iso20.common import (
    ChargeProgress,
    PowerDeliveryReq,
    PowerDeliveryRes,
    ServiceDetailRes,
    ServiceParameterList,
)
from harness.messages.iso20.types import MessageHeader, ResponseCode, V2gResponse
from harness.messages.registry import request_of
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes
from harness.sessions.v2g.wire import look, write
from harness.trace.entry import Entry
from harness.trace.trace import Trace

Change = Callable[[Any, Any], Any]
"""From the request and the usual response to what is said instead, as in `Bendable.answering`."""
MESSAGE, LONG_MESSAGE, LOOP_MESSAGE = 2.0, 5.0, 0.5
"""Seconds that an EV waits for a response: for most, for ServiceDetail, in the charge loop."""


class Place(Struct, frozen=True, kw_only=True):
    """One response of a good session."""

    name: str
    response: type[Message]
    progress: ChargeProgress | None = None
    """Of the PowerDeliveryReq that is answered."""
    patience: float = MESSAGE
    """Seconds that the EV waits for it."""

    def __str__(self) -> str:
        return self.name

    def fits(self, ask: Message) -> bool:
        """Whether the answer to `ask` is meant."""
        return not isinstance(ask, PowerDeliveryReq) or self.progress in {None, ask.charge_progress}

    def bend(self, station: Station, change: Change) -> Station:
        """The same station, which says something else here, and goes on whatever the EV makes of it."""
        bent = station.answering(self.response, lambda ask, usual: change(ask, usual) if self.fits(ask) else usual)
        return bent.having(patient=True)

    def silent(self, station: Station) -> Station:
        """The same station, which says nothing here."""
        return self.bend(station, lambda _ask, _usual: Silence())

    def late(self, station: Station, seconds: float) -> Station:
        """The same station, whose response takes so long here."""
        return self.bend(station, lambda _, usual: Say(message=usual, after=seconds))

    def asked(self, trace: Trace) -> Entry:
        """The EV's first request that this place answers.

        Raises:
            Unreached: the EV never came that far.
        """
        return trace.first(request_of(self.response), sent_by=Role.EV, where=lambda entry: self.fits(entry.message))


SUPPORTED_APP_PROTOCOL = Place(name="supported_app_protocol", response=SupportedAppProtocolRes)
OPENING = (
    Place(name="session_setup", response=common.SessionSetupRes),
    Place(name="authorization_setup", response=common.AuthorizationSetupRes),
    Place(name="authorization", response=common.AuthorizationRes),
    Place(name="service_discovery", response=common.ServiceDiscoveryRes),
    Place(name="service_detail", response=common.ServiceDetailRes, patience=LONG_MESSAGE),
    Place(name="service_selection", response=common.ServiceSelectionRes),
)
DC_ENERGY = (
    Place(name="charge_parameters", response=dc.DcChargeParameterDiscoveryRes),
    Place(name="schedule", response=common.ScheduleExchangeRes),
    Place(name="cable_check", response=dc.DcCableCheckRes),
    Place(name="pre_charge", response=dc.DcPreChargeRes),
    Place(name="power_start", response=PowerDeliveryRes, progress=ChargeProgress.START),
    Place(name="charge_loop", response=dc.DcChargeLoopRes, patience=LOOP_MESSAGE),
)
POWER_STOP = Place(name="power_stop", response=PowerDeliveryRes, progress=ChargeProgress.STOP)
WELDING_DETECTION = Place(name="welding_detection", response=dc.DcWeldingDetectionRes)
SESSION_STOP = Place(name="session_stop", response=common.SessionStopRes)
ENDING = (POWER_STOP, WELDING_DETECTION, SESSION_STOP)

AC_ENERGY = (
    Place(name="charge_parameters", response=ac.AcChargeParameterDiscoveryRes),
    Place(name="schedule", response=common.ScheduleExchangeRes),
    Place(name="power_start", response=PowerDeliveryRes, progress=ChargeProgress.START),
    Place(name="charge_loop", response=ac.AcChargeLoopRes, patience=LOOP_MESSAGE),
    POWER_STOP,
    SESSION_STOP,
)
"""Every response behind the selection of a service with alternating current, in order."""
IN_SESSION = (*OPENING, *DC_ENERGY, *ENDING)
"""Every response of a DC session in which a session id can be wrong, in order."""
WHOLE = (SUPPORTED_APP_PROTOCOL, *IN_SESSION)
"""Every response of a DC session, in order."""


class Confusion(Struct, frozen=True, kw_only=True):
    """A response in the place of another one."""

    place: Place
    said: type[Message]

    def __str__(self) -> str:
        return f"{self.place.name}-{self.said.name}"

    def bend(self, station: Station) -> Station:
        """The same station, which confuses the two once, and says nothing here from then on."""
        said: list[Message] = []

        def confuse(_: Any, usual: Any) -> Any:
            if said:
                return Silence()
            said.append(_as(self.said, usual))
            return said[0]

        return self.place.bend(station, confuse)


def confusions(places: tuple[Place, ...]) -> tuple[Confusion, ...]:
    """Every place with every response that belongs to another one."""
    kinds = tuple(dict.fromkeys(place.response for place in places))
    return tuple(Confusion(place=place, said=kind) for place in places for kind in kinds if kind is not place.response)


def _as(kind: type[Message], usual: Message) -> Message:
    """A response of another kind that looks good by itself; a session id is kept where there is one."""
    if kind is SupportedAppProtocolRes:
        return SupportedAppProtocolRes(response_code=AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION, schema_id=1)
    header = usual.header if isinstance(usual, V2gResponse) else MessageHeader(session_id=bytes(8), time_stamp=0)
    code = ResponseCode.OK
    if kind is common.SessionSetupRes:
        code = ResponseCode.OK_NEW_SESSION_ESTABLISHED
    return filled(kind, header=header, response_code=code)


def changed(**fields: Any) -> Change:
    """The usual response with other values, as `Bendable.but` takes them."""
    return lambda _, usual: replace_fields(usual, fields)


def garbled(usual: Message) -> bytes:
    """The frame of a message whose EXI ends too early; the V2GTP header is right."""
    whole = write(usual)
    keep = (len(whole.data) - HEADER_SIZE) // 2
    while keep:
        frame = Frame(whole.payload_type, whole.data[HEADER_SIZE : HEADER_SIZE + keep]).encode()
        if look(frame).problem:
            return frame
        keep -= 1
    return Frame(whole.payload_type, b"").encode()


def as_frame(usual: Message, *, length: int | None = None) -> bytes:
    """The frame of a message, with another length announced than the true one if wanted."""
    whole = write(usual)
    return Frame(whole.payload_type, whole.data[HEADER_SIZE:], length=length).encode()


def multiplied(sets: int) -> Change:
    """ServiceDetailRes with its parameter sets repeated under the ids 1, 2, 3 and so on, until there are so many."""

    def change(_: Any, usual: ServiceDetailRes) -> ServiceDetailRes:
        few = usual.service_parameter_list.parameter_set
        many = tuple(
            msgspec.structs.replace(few[index % len(few)], parameter_set_id=index + 1) for index in range(sets)
        )
        return msgspec.structs.replace(usual, service_parameter_list=ServiceParameterList(parameter_set=many))

    return change


def hanging_up(how: str) -> Change:
    """Instead of a response the connection ends: `reset` or `closed`."""
    return lambda _ask, _usual: Hang(abort=how == "reset")


class For:
    """A change that lasts so many seconds of the session, counted from the first response that it changes."""

    def __init__(self, seconds: float, change: Change) -> None:
        """Change with `change` at first."""
        self._seconds, self._change = seconds, change
        self._since: int | None = None

    def __call__(self, ask: Any, usual: Any) -> Any:
        """The changed response, later the usual one."""
        now = usual.header.time_stamp
        if self._since is None:
            self._since = now
        return self._change(ask, usual) if now - self._since < self._seconds else usual


class After:
    """A change from some response on: the usual ones so many times, then the changed ones."""

    def __init__(self, times: int, change: Change) -> None:
        """Leave `times` responses as they are."""
        self._left, self._change = times, change

    def __call__(self, ask: Any, usual: Any) -> Any:
        """The usual response, later the changed one."""
        self._left -= 1
        return usual if self._left >= 0 else self._change(ask, usual)


def returning(change: Change) -> Change:
    """A change of what an EV hears that asks to join an old session."""
    return lambda ask, usual: change(ask, usual) if ask.header.session_id != bytes(8) else usual
