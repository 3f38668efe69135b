"""Stations with one fault each where alternating current flows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.core.units import Hertz, Watts
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.resumption import PausedSessions
from harness.endpoints.station.secc import Secc
from harness.endpoints.station.station import Station
from harness.messages.iso20.ac import (
    AcChargeLoopReq,
    AcChargeLoopRes,
    AcChargeParameterDiscoveryReq,
    AcChargeParameterDiscoveryRes,
    AcCpdReqEnergyTransferMode,
    AcCpdResEnergyTransferMode,
    BptAcCpdResEnergyTransferMode,
    BptScheduledAcClResControlMode,
    DynamicAcClResControlMode,
    ScheduledAcClResControlMode,
)
from harness.messages.iso20.common import ChargeProgress, PowerDeliveryRes, SessionStopRes
from harness.messages.iso20.types import ResponseCode

OK, FAILED = ResponseCode.OK, ResponseCode.FAILED
WRONG = ResponseCode.FAILED_WRONG_CHARGE_PARAMETER
mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")
Block = AcCpdReqEnergyTransferMode
_ZERO, _SOME = Watts.of(0.0), Watts.of(3000.0)


class Forgetful(Secc):
    """Forgets every paused session with its connection."""

    def __init__(self, plant: Any, sequence: Any, paused: PausedSessions, entropy: Any, **settings: Any) -> None:
        """Keep paused sessions where nobody looks."""
        super().__init__(plant, sequence, PausedSessions(), entropy, **settings)


def _telling(change: Callable[[Any], Any]) -> Callable[[Station], Station]:
    """A station that tells other ratings."""

    def bend(_: Any, said: AcChargeParameterDiscoveryRes) -> AcChargeParameterDiscoveryRes:
        return replace(said, energy_transfer_mode=change(said.energy_transfer_mode))

    return lambda good: good.answering(AcChargeParameterDiscoveryRes, bend)


def _plain(block: AcCpdResEnergyTransferMode) -> AcCpdResEnergyTransferMode:
    return AcCpdResEnergyTransferMode(
        **{name: getattr(block, name) for name in AcCpdResEnergyTransferMode.__struct_fields__}
    )


def _bidirectional(block: AcCpdResEnergyTransferMode) -> AcCpdResEnergyTransferMode:
    if isinstance(block, BptAcCpdResEnergyTransferMode):
        return block
    common: dict[str, Any] = {name: getattr(block, name) for name in block.__struct_fields__}
    return BptAcCpdResEnergyTransferMode(
        **common, evse_maximum_discharge_power=_ZERO, evse_minimum_discharge_power=_ZERO
    )


def _three_phases(block: Any) -> Any:
    share = Watts.of(float(block.evse_maximum_charge_power) / 3)
    return replace(
        block,
        evse_maximum_charge_power=share,
        evse_maximum_charge_power_l2=share,
        evse_maximum_charge_power_l3=share,
    )


def _coding(code: ResponseCode, where: Callable[[Block], bool]) -> Callable[[Station], Station]:
    """A station that answers some charge parameters with another code."""

    def bend(heard: AcChargeParameterDiscoveryReq, said: AcChargeParameterDiscoveryRes) -> Any:
        return replace(said, response_code=code) if where(heard.energy_transfer_mode) else said

    return lambda good: good.answering(AcChargeParameterDiscoveryRes, bend)


def _wanting(watts: float | None) -> Callable[[Station], Station]:
    """A station that names this target whatever the EV allows; None: no target."""
    target = None if watts is None else Watts.of(watts)
    return lambda good: good.but(AcChargeLoopRes, control_mode__evse_target_active_power=target)


def _naming_phases(_: Any, said: AcChargeLoopRes) -> AcChargeLoopRes:
    block: Any = said.control_mode
    return replace(said, control_mode=replace(block, evse_target_active_power_l2=_SOME))


def _always_scheduled(heard: AcChargeLoopReq, said: AcChargeLoopRes) -> AcChargeLoopRes:
    dynamic = isinstance(said.control_mode, DynamicAcClResControlMode)
    return replace(said, control_mode=ScheduledAcClResControlMode()) if dynamic else said


def _always_bidirectional(_: Any, said: AcChargeLoopRes) -> AcChargeLoopRes:
    plain = type(said.control_mode) is ScheduledAcClResControlMode
    return replace(said, control_mode=BptScheduledAcClResControlMode()) if plain else said


def _reading(change: Callable[[Any], Any], **terms: Any) -> Callable[[Station], Station]:
    def bend(_: Any, said: AcChargeLoopRes) -> AcChargeLoopRes:
        return said if said.meter_info is None else replace(said, meter_info=change(said.meter_info))

    return lambda good: good.answering(AcChargeLoopRes, bend, **terms)


def _falling() -> Callable[[Any], Any]:
    left = 1000

    def change(usual: Any) -> Any:
        nonlocal left
        left -= 1
        return replace(usual, charged_energy_reading_wh=left)

    return change


def _progress(kind: ChargeProgress, code: ResponseCode) -> Callable[[Station], Station]:
    def bend(heard: Any, said: Any) -> Any:
        return replace(said, response_code=code) if heard.charge_progress is kind else said

    return lambda good: good.answering(PowerDeliveryRes, bend)


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "ac-hides-discharging",
        "tells an AC_BPT session the limits of charging alone",
        ("CPD-020[both_ways]",),
        _telling(_plain),
    ),
    mutant(
        "ac-tells-of-discharging",
        "tells an AC session of limits for discharging",
        ("CPD-020[charge_only]",),
        _telling(_bidirectional),
    ),
    mutant(
        "ac-strange-mains",
        "calls its mains 400 Hz",
        ("CPD-021",),
        _telling(lambda block: replace(block, evse_nominal_frequency=Hertz.of(400.0))),
    ),
    mutant(
        "ac-minimum-above-maximum",
        "tells a least power above its greatest",
        ("CPD-021",),
        _telling(lambda block: replace(block, evse_minimum_charge_power=Watts.of(90_000.0))),
    ),
    mutant("ac-names-phases", "names phases to an EV that did not name its own", ("CPD-022",), _telling(_three_phases)),
    mutant(
        "ac-knows-no-phases",
        "refuses an EV that names its phases",
        ("CPD-023",),
        _coding(WRONG, lambda block: block.ev_maximum_charge_power_l2 is not None),
    ),
    mutant(
        "ac-two-phases",
        "tells an EV that names three phases of two",
        ("CPD-023",),
        _telling(lambda block: replace(block, evse_maximum_charge_power_l3=None)),
    ),
    mutant(
        "ac-believes-anything",
        "agrees to AC charge parameters that nobody can work with",
        ("CPD-024", "CPD-025"),
        _coding(OK, lambda _: True),
    ),
    mutant(
        "ac-refuses-everything",
        "finds no EV's AC charge parameters good enough",
        ("CPD-020", "CPD-023", "CPD-026"),
        _coding(WRONG, lambda _: True),
    ),
    mutant(
        "ac-needs-a-minimum",
        "refuses an EV that can do with nothing",
        ("CPD-026[minimum_is_zero]",),
        _coding(WRONG, lambda block: float(block.ev_minimum_charge_power) == 0),
    ),
    mutant(
        "ac-always-scheduled",
        "answers on AC in Scheduled control mode whatever was asked",
        ("CHL-030[dynamic-both_ways]", "CHL-030[dynamic-charge_only]"),
        lambda good: good.answering(AcChargeLoopRes, _always_scheduled),
    ),
    mutant(
        "ac-always-bidirectional",
        "answers a scheduled AC session with a bidirectional block",
        ("CHL-030[scheduled-charge_only]",),
        lambda good: good.answering(AcChargeLoopRes, _always_bidirectional),
    ),
    mutant(
        "ac-fails-later",
        "fails in the third cycle of the charge loop of AC",
        ("CHL-030",),
        lambda good: good.but(AcChargeLoopRes, nth=3, response_code=FAILED),
    ),
    mutant("ac-wants-too-much", "wants an EV to take 8 kW whatever it allows", ("CHL-031",), _wanting(8000.0)),
    mutant(
        "ac-wants-too-much-back",
        "wants an EV to give 8 kW whatever it allows",
        ("CHL-031", "CHL-033"),
        _wanting(-8000.0),
    ),
    mutant(
        "ac-wants-nothing-certain",
        "names no target in Dynamic control mode",
        ("CHL-031",),
        lambda good: good.answering(AcChargeLoopRes, _always_scheduled),
    ),
    mutant("ac-wants-too-little", "wants an EV to take 1 kW", ("CHL-032",), _wanting(1000.0)),
    mutant(
        "ac-names-phases-later",
        "names phases in the loop to an EV that did not name its own",
        ("CHL-034",),
        lambda good: good.answering(AcChargeLoopRes, _naming_phases),
    ),
    mutant(
        "ac-takes-any-cycle",
        "takes cycles of AC with any block",
        ("CHL-035", "CHL-036"),
        lambda good: good.but(AcChargeLoopRes, response_code=OK),
    ),
    mutant(
        "ac-no-meter", "shows no reading on AC", ("MET-010",), lambda good: good.but(AcChargeLoopRes, meter_info=None)
    ),
    mutant(
        "ac-no-first-reading",
        "shows its first reading on AC in the second cycle",
        ("MET-010",),
        lambda good: good.but(AcChargeLoopRes, nth=1, meter_info=None),
    ),
    mutant("ac-falling-meter", "shows readings on AC that fall", ("MET-010",), _reading(_falling())),
    mutant("ac-no-power", "starts no power on AC", ("PDL-020",), _progress(ChargeProgress.START, FAILED)),
    mutant(
        "ac-stops-in-other-words",
        "answers a stop with a code of another message",
        ("PDL-020",),
        _progress(ChargeProgress.STOP, ResponseCode.OK_NEW_SESSION_ESTABLISHED),
    ),
    mutant(
        "ac-forgetful",
        "forgets the AC sessions that EVs have paused",
        ("PAU-001",),
        lambda good: good.having(secc=Forgetful),
    ),
    mutant(
        "ac-no-services-anew",
        "refuses to have services chosen anew on AC",
        ("REN-010",),
        lambda good: good.but(SessionStopRes, nth=1, response_code=FAILED),
    ),
    mutant(
        "ac-fails-on-standby",
        "ends an AC session for a wish to stand by",
        ("SBY-010",),
        _progress(ChargeProgress.STANDBY, FAILED),
    ),
    mutant(
        "ac-waits-for-ever",
        "lets no timer end an AC session",
        ("TMO-020",),
        lambda good: good.having(patient=True),
    ),
    mutant(
        "ac-always-three-phases",
        "names three phases to an EV with one",
        ("CPD-027",),
        _telling(_three_phases),
    ),
    mutant(
        "ac-one-phase-for-all",
        "wants an EV that names its phases to take everything from the first",
        ("CHL-037",),
        _wanting(6000.0),
    ),
)
