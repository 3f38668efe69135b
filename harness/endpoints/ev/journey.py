"""What an EV remembers while it leads one session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from harness.endpoints.behaviour import Hang, Moment, Say, Step
from harness.endpoints.ev.battery import Battery
from harness.endpoints.ev.converter import Converter
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.moves import Interruptions, Kept
from harness.endpoints.ev.papers import Papers
from harness.endpoints.phases import THREE, total
from harness.endpoints.power_over_time import Plan
from harness.endpoints.variant import Variant
from harness.messages.field import Message
from harness.messages.iso20.common import (
    ChargingSession,
    EvCheckInStatus,
    ScheduleTuple,
    SelectedService,
    SessionStopReq,
)
from harness.messages.iso20.energy import Flow, flow_of
from harness.messages.iso20.types import MessageHeader

FINISHED, PAUSED, FAILED, UNFINISHED = "finished", "paused", "failed", "unfinished"
"""How far an EV got."""

Steps = tuple[Step, ...]


class StationLimits:
    """The bounds that the station named last; infinite until it names one."""

    def __init__(self) -> None:
        """Nothing named yet."""
        self.charge_power = self.charge_current = float("inf")
        self.discharge_power = self.discharge_current = float("inf")

    def take(self, block: Any) -> None:
        """Take what a block of a response names; what it leaves out stays as it was."""
        for name in ("charge_power", "charge_current", "discharge_power", "discharge_current"):
            value = total(block, f"evse_maximum_{name}")
            if value is not None:
                setattr(self, name, abs(value))


class Way(Struct, frozen=True, kw_only=True):
    """The steps in which one energy transfer differs from another."""

    begin: Callable[[Journey, Moment], Steps]
    """The first request after ServiceSelection."""
    resume: Callable[[Journey, Moment], Steps]
    """The first request of a session that was joined again: charge parameters."""
    prepare: Callable[[Journey, Moment], Steps]
    """What follows a settled schedule."""
    loop_request: Callable[[Journey, Moment], Message]
    """One cycle of the charge loop."""
    after_stop: Callable[[Journey, Moment], Steps]
    """What follows the stop of a power delivery that had begun."""
    after_welding: Callable[[Journey, Moment], Steps] | None = None
    """What follows welding detection, if not the end of the session."""
    beside: Callable[[Journey, Moment], Steps] | None = None
    """What is told beside every cycle of the charge loop."""


class Journey:
    """The state of one session of one EV."""

    def __init__(self, ev: Ev, battery: Battery | None = None, *, ways: Mapping[Flow, Way]) -> None:
        """Set out; `battery` carries over what an earlier session charged, `ways` are what the EV can follow."""
        self._ways = ways
        self.ev = ev
        self.car = ev.car
        self.battery = battery or Battery(ev.car)
        self.evse_id = ""
        self.parameter_set_id = 0
        self.variant = Variant()
        """What the picked parameter set says."""
        self.schedules: tuple[ScheduleTuple, ...] = ()
        """Those among which the EV chooses when it starts."""
        self.schedule: ScheduleTuple | None = None
        self.profile: Plan = ()
        """What the EV announced to take over time, in Scheduled mode."""
        self.converter = Converter()
        self.limits = StationLimits()
        self.voltage = 0.0
        """V at the inlet, as the station said last."""
        self.loops = 0
        self.power_on = False
        """A PowerDeliveryReq that starts was answered, none that stops."""
        self.stop_as = ChargingSession.PAUSE if ev.pause else ChargingSession.TERMINATE
        self.stop_sent = False
        self.between = Interruptions(ev.moves)
        self.papers = Papers(ev)
        """How the EV pays."""
        self.remarks: list[str] = []
        """What the EV noticed and bore with, for the record."""
        self.earlier = Kept()
        """What an earlier part of the session left behind."""
        self.details_wanted: list[int] = []
        """Services whose details are still to be asked for."""
        self.value_added: list[SelectedService] = []
        """What was chosen beside the transfer of energy."""
        self.observed_code: int | None = None
        """What the EV observed of the coil beneath it."""
        self.parking: set[int] = set()
        """What of ParkingStatus was chosen and is yet to come, by IntendedService."""
        self.parked_as: EvCheckInStatus | None = None
        """What the last VehicleCheckInReq said."""
        self.last_processing_finished = False
        """The last PreChargeReq or WeldingDetectionReq said Finished."""
        self.over = False
        """Nothing more will be said."""
        self.result = UNFINISHED
        self.why = ""
        self._leaves_at: float | None = None
        """Unix time of the departure, once it was told."""

    @property
    def way(self) -> Way:
        """How the wanted service goes about the transfer of energy."""
        return self._ways[flow_of(self.car.service) or Flow.DC]

    @property
    def phases(self) -> int:
        """Phases of alternating current that car and connector have in common."""
        return min(self.car.phases, self.variant.phases)

    @property
    def phase_share(self) -> float:
        """Of the car's powers what those phases carry; with direct current all."""
        return self.phases / self.car.phases if flow_of(self.car.service) is Flow.AC else 1.0

    @property
    def told_phases(self) -> int:
        """In how many elements the car tells a power of alternating current."""
        return THREE if self.car.names_phases and self.phases == THREE else 1

    def header(self, moment: Moment) -> MessageHeader:
        """The header of a request."""
        return MessageHeader(session_id=moment.session_id, time_stamp=int(moment.at))

    def departure_time(self, at: float) -> int | None:
        """Seconds from `at` to the departure, fixed when it is told first; 0 once it is past, None if it is open."""
        if self.car.departure_time is None:
            return None
        if self._leaves_at is None:
            self._leaves_at = at + self.car.departure_time
        return max(0, round(self._leaves_at - at))

    def change(self, **changes: Any) -> None:
        """Go on with another car: another departure, service or target."""
        self.car = msgspec.structs.replace(self.car, **changes)
        self.battery.serve(self.car)
        if "departure_time" in changes:
            self._leaves_at = None

    def keep(self) -> Kept:
        """What is to stay if this session is paused and joined again."""
        if self.result != PAUSED:
            return Kept()
        return Kept(
            parking=frozenset(self.parking),
            parked_as=self.parked_as,
            renegotiable=self.between.renegotiable,
            variant=self.variant,
        )

    def take_up(self) -> None:
        """Go on with what the earlier part of a session left behind."""
        self.parking, self.parked_as = set(self.earlier.parking), self.earlier.parked_as
        self.between.renegotiable = self.earlier.renegotiable
        self.variant = self.earlier.variant
        self.change(control_mode=self.variant.control_mode or self.car.control_mode)

    def begin_anew(self) -> None:
        """Services are to be chosen anew in the same session (V2G20-1477)."""
        self.change(**self.between.changes)
        self.between.changes, self.between.heard = {}, None
        self.between.declined.clear()
        self.stop_as = ChargingSession.PAUSE if self.ev.pause else ChargingSession.TERMINATE
        self.stop_sent = self.power_on = self.last_processing_finished = False
        self.schedule, self.limits = None, StationLimits()
        self.schedules, self.profile, self.converter = (), (), Converter()
        self.value_added, self.details_wanted = [], []
        self.parking.clear()

    def leave(self, moment: Moment, why: str, *, as_: ChargingSession = ChargingSession.TERMINATE) -> Steps:
        """End the session before its time, with an explanation for the station."""
        self.stop_as, self.why = as_, why
        return say(self.stop_request(moment))

    def stop_request(self, moment: Moment) -> SessionStopReq:
        """The request that ends or pauses the session."""
        return SessionStopReq(
            header=self.header(moment),
            charging_session=self.stop_as,
            ev_termination_explanation=self.why[:160] or None,
        )

    def break_off(self, why: str) -> Steps:
        """Close the connection without another word, as after a FAILED response."""
        self.result, self.why, self.over = FAILED, why, True
        return (Hang(),)


def say(message: Message, *, after: float = 0.0) -> Steps:
    """The one step of saying something."""
    return (Say(message=message, after=after),)


Handler = Callable[[Journey, Any, Moment], Steps]
Handlers = Mapping[type[Message], Handler]
"""What to do on a response, by its class."""
