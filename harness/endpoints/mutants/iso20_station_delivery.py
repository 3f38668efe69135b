"""Stations with one fault each from the cable check to the farewell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.core.units import Volts
from harness.endpoints.behaviour import Silence
from harness.endpoints.mutants.changed_answers import Asks, coding
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    ChargeProgress,
    ChargingSession,
    PowerDeliveryReq,
    PowerDeliveryRes,
    ScheduledEvpptControlMode,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.dc import (
    DcCableCheckRes,
    DcPreChargeReq,
    DcPreChargeRes,
    DcWeldingDetectionReq,
    DcWeldingDetectionRes,
)
from harness.messages.iso20.types import Processing, ResponseCode

OK, FAILED = ResponseCode.OK, ResponseCode.FAILED
START, STOP = ChargeProgress.START, ChargeProgress.STOP
_FULL = Volts.of(400.0)
_LONG = 40
"""Letters of an explanation that a careless station has room for."""
_MEGAWATTS = 1e6
mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")


def _showing(volts: Callable[[DcPreChargeReq], float]) -> Callable[[Station], Station]:
    """A station that brings another voltage to the outlet before power flows."""

    def bend(heard: DcPreChargeReq, said: DcPreChargeRes) -> DcPreChargeRes:
        return replace(said, evse_present_voltage=Volts.of(volts(heard)), response_code=OK)

    return lambda good: good.answering(DcPreChargeRes, bend)


def _starts(test: Callable[[Any, Any], bool]) -> Asks:
    """Requests to start under a profile that `test` finds wrong, by its control mode and its highest power."""

    def wrong(heard: PowerDeliveryReq) -> bool:
        profile = heard.ev_power_profile
        if heard.charge_progress is not START or profile is None:
            return False
        powers = (float(one.power) for one in profile.ev_power_profile_entries.ev_power_profile_entry)
        return test(profile.control_mode, max(powers))

    return wrong


def _no_profile(heard: PowerDeliveryReq) -> bool:
    return heard.charge_progress is START and heard.ev_power_profile is None


def _mute_without_a_profile(heard: PowerDeliveryReq, said: PowerDeliveryRes) -> Any:
    return Silence() if _no_profile(heard) else said


def _charged_again(heard: DcWeldingDetectionReq, said: DcWeldingDetectionRes) -> DcWeldingDetectionRes:
    finished = heard.ev_processing is Processing.FINISHED
    return replace(said, evse_present_voltage=Volts.of(50.0)) if finished else said


def _pausing(heard: SessionStopReq) -> bool:
    return heard.charging_session is ChargingSession.PAUSE


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "cable-in-other-words",
        "answers the cable check with a code of another message",
        ("CBL-001",),
        lambda good: good.but(DcCableCheckRes, response_code=ResponseCode.WARNING_STANDBY_NOT_ALLOWED),
    ),
    mutant(
        "checks-for-ever",
        "never ends a cable check",
        ("CBL-002",),
        lambda good: good.but(DcCableCheckRes, evse_processing=Processing.ONGOING),
    ),
    mutant(
        "fails-behind-the-cable-check",
        "refuses pre-charge",
        ("CBL-001",),
        lambda good: good.but(DcPreChargeRes, response_code=FAILED),
    ),
    mutant(
        "half-the-voltage",
        "brings half the voltage that it is asked for",
        ("PRE-001",),
        _showing(lambda heard: float(heard.ev_target_voltage) / 2),
    ),
    mutant(
        "pre-charge-in-other-words",
        "answers pre-charge with a code of another message",
        ("PRE-002",),
        lambda good: good.but(DcPreChargeRes, response_code=ResponseCode.OK_NEW_SESSION_ESTABLISHED),
    ),
    mutant(
        "any-voltage",
        "brings every voltage that it is asked for",
        ("PRE-003", "PRE-004", "PRE-005[below_zero]"),
        _showing(lambda heard: float(heard.ev_target_voltage)),
    ),
    mutant(
        "always-live",
        "brings 400 V whatever it is asked for",
        ("PRE-005",),
        _showing(lambda _: float(_FULL)),
    ),
    mutant(
        "starts-nothing",
        "starts no power for anybody",
        ("PDL-001", "PDL-005", "PDL-008"),
        coding(PowerDeliveryRes, FAILED, lambda heard: heard.charge_progress is START),
    ),
    mutant(
        "starts-scheduled-only",
        "starts no power in Dynamic control mode",
        ("PDL-001[dynamic-both_ways]", "PDL-001[dynamic-charge_only]"),
        coding(PowerDeliveryRes, FAILED, _starts(lambda mode, _: not isinstance(mode, ScheduledEvpptControlMode))),
    ),
    mutant(
        "stops-nothing",
        "refuses to stop the flow of power",
        ("PDL-002", "PDL-006"),
        coding(PowerDeliveryRes, FAILED, lambda heard: heard.charge_progress is STOP),
    ),
    mutant(
        "any-power",
        "starts under profiles far above the schedule",
        ("PDL-003",),
        coding(PowerDeliveryRes, OK, _starts(lambda _, power: power > _MEGAWATTS)),
    ),
    mutant(
        "any-profile",
        "starts under profiles of the other control mode",
        ("PDL-004",),
        coding(PowerDeliveryRes, OK, _starts(lambda *_: True)),
    ),
    mutant(
        "cannot-wait",
        "refuses an EV that is not ready yet",
        ("PDL-005",),
        coding(PowerDeliveryRes, FAILED, lambda heard: heard.ev_processing is Processing.ONGOING),
    ),
    mutant(
        "mute-without-a-profile",
        "says nothing to a start without a profile",
        ("PDL-007",),
        lambda good: good.answering(PowerDeliveryRes, _mute_without_a_profile),
    ),
    mutant(
        "stumbles-over-channels",
        "refuses an EV that names a channel",
        ("PDL-008",),
        coding(PowerDeliveryRes, FAILED, lambda heard: heard.bpt_channel_selection is not None),
    ),
    mutant(
        "stays-live",
        "keeps the outlet under voltage behind a stop",
        ("WLD-001",),
        lambda good: good.but(DcWeldingDetectionRes, evse_present_voltage=_FULL),
    ),
    mutant(
        "charges-again",
        "lets the voltage rise again behind a stop",
        ("WLD-001",),
        lambda good: good.answering(DcWeldingDetectionRes, _charged_again),
    ),
    mutant(
        "welding-in-other-words",
        "answers welding detection with a code of another message",
        ("WLD-002",),
        lambda good: good.but(DcWeldingDetectionRes, response_code=ResponseCode.OK_NEW_SESSION_ESTABLISHED),
    ),
    mutant(
        "farewell-in-other-words",
        "answers every farewell with a code of another message",
        ("WLD-002", "STP-004"),
        lambda good: good.but(SessionStopRes, response_code=ResponseCode.OK_NEW_SESSION_ESTABLISHED),
    ),
    mutant(
        "wants-no-reasons",
        "refuses a farewell with a long explanation",
        ("STP-004",),
        coding(SessionStopRes, FAILED, lambda heard: len(heard.ev_termination_explanation or "") > _LONG),
    ),
    mutant(
        "renegotiates-in-words-only",
        "refuses the renegotiation that it announced",
        ("STP-002",),
        coding(SessionStopRes, FAILED, lambda heard: heard.charging_session is ChargingSession.SERVICE_RENEGOTIATION),
    ),
    mutant(
        "pauses-under-power",
        "lets an EV pause while energy flows",
        ("STP-005",),
        coding(SessionStopRes, OK, _pausing),
    ),
)
