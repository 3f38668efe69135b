"""The station before direct current flows: its ratings, cable check, pre-charge."""

from __future__ import annotations

from typing import Any

from harness.core.units import Amperes, Rational, Volts, Watts
from harness.endpoints.behaviour import Moment
from harness.endpoints.station.bounds import least, ratings_of
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.needs_heard import from_parameters
from harness.messages.iso20.dc import (
    BptDcCpdReqEnergyTransferMode,
    BptDcCpdResEnergyTransferMode,
    DcCableCheckReq,
    DcCableCheckRes,
    DcChargeParameterDiscoveryReq,
    DcChargeParameterDiscoveryRes,
    DcCpdReqEnergyTransferMode,
    DcCpdResEnergyTransferMode,
    DcPreChargeReq,
    DcPreChargeRes,
)
from harness.messages.iso20.energy import is_bidirectional
from harness.messages.iso20.types import Processing, ResponseCode


def on_parameters(desk: Desk, ask: DcChargeParameterDiscoveryReq, moment: Moment) -> Reply:
    """The station's ratings, if the EV's limits can be worked with (V2G20-2272)."""
    said, visit = ask.energy_transfer_mode, desk.visit
    if not _usable(desk, said):
        return ResponseCode.FAILED_WRONG_CHARGE_PARAMETER
    desk.needs = from_parameters(desk.needs, said, visit.service_id, visit.control_mode)
    return DcChargeParameterDiscoveryRes(
        header=desk.header(moment), response_code=ResponseCode.OK, energy_transfer_mode=_ratings(desk)
    )


def on_cable_check(desk: Desk, ask: DcCableCheckReq, moment: Moment) -> Reply:
    """The isolation test takes a few rounds."""
    ongoing = desk.cable_check_rounds > 0
    desk.cable_check_rounds -= 1
    desk.stage.pre_charge(moment.at, 0.0)
    return DcCableCheckRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        evse_processing=Processing.ONGOING if ongoing else Processing.FINISHED,
    )


def on_pre_charge(desk: Desk, ask: DcPreChargeReq, moment: Moment) -> Reply:
    """Drive the voltage to what the EV asks for, within the station's range and the battery's (V2G20-2188)."""
    most = least(desk.plant.limits(moment.at).max_voltage, desk.needs.max_voltage)
    desk.stage.pre_charge(moment.at, max(0.0, min(float(ask.ev_target_voltage), most)))
    return DcPreChargeRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        evse_present_voltage=Volts.of(round(desk.stage.voltage, 1)),
    )


def _usable(desk: Desk, said: DcCpdReqEnergyTransferMode) -> bool:
    """Whether the block is that of the service, no bound is upside down, and the voltages meet the station's."""
    ours = ratings_of(desk.plant.settings, desk.visit.service_id)
    bidirectional = isinstance(said, BptDcCpdReqEnergyTransferMode)
    low, high = float(said.ev_minimum_voltage), float(said.ev_maximum_voltage)
    in_order = all(
        0 <= float(getattr(said, f"ev_minimum_{name}")) <= float(getattr(said, f"ev_maximum_{name}"))
        for name in ("charge_power", "charge_current")
    )
    back_in_order = not isinstance(said, BptDcCpdReqEnergyTransferMode) or all(
        _size(said, f"ev_minimum_{name}") <= _size(said, f"ev_maximum_{name}")
        for name in ("discharge_power", "discharge_current")
    )
    return (
        bidirectional is is_bidirectional(desk.visit.service_id)
        and in_order
        and back_in_order
        and low <= high
        and high >= ours.min_voltage
        and low <= ours.max_voltage
    )


def _size(said: DcCpdReqEnergyTransferMode, name: str) -> float:
    """The magnitude of a bound on discharging: EVs write it with either sign."""
    return abs(float(getattr(said, name)))


def _ratings(desk: Desk) -> DcCpdResEnergyTransferMode:
    """What the station can do at all: the limits of the charge loop stay within it (V2G20-2654, V2G20-2655)."""
    ours = ratings_of(desk.plant.settings, desk.visit.service_id)
    common: dict[str, Any] = {
        "evse_maximum_charge_power": Watts.of(ours.max_charge_power),
        "evse_minimum_charge_power": Watts.of(ours.min_charge_power),
        "evse_maximum_charge_current": Amperes.of(ours.max_charge_current),
        "evse_minimum_charge_current": Amperes.of(ours.min_charge_current),
        "evse_maximum_voltage": Volts.of(ours.max_voltage),
        "evse_minimum_voltage": Volts.of(ours.min_voltage),
        "evse_power_ramp_limitation": None if ours.power_ramp is None else Rational.of(ours.power_ramp),
    }
    if not is_bidirectional(desk.visit.service_id):
        return DcCpdResEnergyTransferMode(**common)
    return BptDcCpdResEnergyTransferMode(
        **common,
        evse_maximum_discharge_power=Watts.of(ours.max_discharge_power),
        evse_minimum_discharge_power=Watts.of(ours.min_discharge_power),
        evse_maximum_discharge_current=Amperes.of(ours.max_discharge_current),
        evse_minimum_discharge_current=Amperes.of(ours.min_discharge_current),
    )


HANDLERS: Handlers = {
    DcChargeParameterDiscoveryReq: on_parameters,
    DcCableCheckReq: on_cable_check,
    DcPreChargeReq: on_pre_charge,
}
