"""The station with a coil in the ground: positioning, pairing, its ratings, alignment and the charge loop."""

from __future__ import annotations

from harness.core.units import Amperes, Watts
from harness.endpoints.behaviour import Moment
from harness.endpoints.coils import Methods
from harness.endpoints.station.bounds import ratings_of
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.flowing import judged, meter_info
from harness.endpoints.station.needs_heard import from_coil, from_display
from harness.messages.iso20.energy import EnergyService
from harness.messages.iso20.types import Processing, ResponseCode
from harness.messages.iso20.wpt import (
    WptAlignmentCheckMethodList,
    WptAlignmentCheckReq,
    WptAlignmentCheckRes,
    WptChargeLoopReq,
    WptChargeLoopRes,
    WptChargeParameterDiscoveryReq,
    WptChargeParameterDiscoveryRes,
    WptEvResult,
    WptFinePositioningMethodList,
    WptFinePositioningReq,
    WptFinePositioningRes,
    WptFinePositioningSetupReq,
    WptFinePositioningSetupRes,
    WptPairingMethodList,
    WptPairingReq,
    WptPairingRes,
    WptSpcChargeDiagnostics,
)

_POSITIONING, _PAIRING, _CHECKING = "positioning", "pairing", "checking"


def on_set_up(desk: Desk, ask: WptFinePositioningSetupReq, moment: Moment) -> Reply:
    """Say which ways of coming together the ground coil knows; without a common one there is no association."""
    coil = desk.plant.settings.coil
    theirs = Methods(
        positioning=ask.ev_device_fine_positioning_method_list.wpt_fine_positioning_method,
        pairing=ask.ev_device_pairing_method_list.wpt_pairing_method,
        checking=ask.ev_device_alignment_check_method_list.wpt_alignment_check_method,
    )
    if not coil.methods.shared(theirs):
        return ResponseCode.FAILED_ASSOCIATION_ERROR
    return WptFinePositioningSetupRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        primary_device_fine_positioning_method_list=WptFinePositioningMethodList(
            wpt_fine_positioning_method=coil.methods.positioning
        ),
        primary_device_pairing_method_list=WptPairingMethodList(wpt_pairing_method=coil.methods.pairing),
        primary_device_alignment_check_method_list=WptAlignmentCheckMethodList(
            wpt_alignment_check_method=coil.methods.checking
        ),
        natural_offset=coil.natural_offset,
    )


def on_positioning(desk: Desk, ask: WptFinePositioningReq, moment: Moment) -> Reply:
    """The vehicle takes a few rounds to stand where it should."""
    processing = desk.approach.round(_POSITIONING, desk.plant.settings.coil.rounds)
    return WptFinePositioningRes(header=desk.header(moment), response_code=ResponseCode.OK, evse_processing=processing)


def on_pairing(desk: Desk, ask: WptPairingReq, moment: Moment) -> Reply:
    """Show the code of the coil, and know the vehicle by it once it repeats that."""
    coil = desk.plant.settings.coil
    processing = desk.approach.round(_PAIRING, coil.rounds)
    told = ask.ev_processing is Processing.FINISHED or ask.observed_id_code is not None
    wrong = told and ask.observed_id_code != coil.code
    if wrong or ask.ev_result_code is WptEvResult.EV_RESULT_FAILED:
        return ResponseCode.FAILED_ASSOCIATION_ERROR
    return WptPairingRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        evse_processing=processing,
        observed_id_code=coil.code,
    )


def on_parameters(desk: Desk, ask: WptChargeParameterDiscoveryReq, moment: Moment) -> Reply:
    """The ratings of the ground coil, if the vehicle's is within its reach."""
    coil, ours = desk.plant.settings.coil, ratings_of(desk.plant.settings, EnergyService.WPT)
    in_reach = coil.lowest <= ask.sd_max_ground_clearence and ask.sd_min_ground_clearence <= coil.highest
    in_order = ask.sd_min_ground_clearence <= ask.sd_max_ground_clearence
    if not (in_reach and in_order and float(ask.evpc_max_receivable_power) > 0):
        return ResponseCode.FAILED_WRONG_CHARGE_PARAMETER
    desk.needs = from_coil(desk.needs, ask, desk.visit.service_id, desk.visit.control_mode)
    return WptChargeParameterDiscoveryRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        pd_input_power_class=coil.power_class,
        sd_min_output_power=Watts.of(ours.min_charge_power),
        sd_max_output_power=Watts.of(ours.max_charge_power),
        sd_max_ground_clearance_support=coil.highest,
        sd_min_ground_clearance_support=coil.lowest,
        pd_min_coil_current=Amperes.of(coil.min_current),
        pd_max_coil_current=Amperes.of(coil.max_current),
    )


def on_alignment(desk: Desk, ask: WptAlignmentCheckReq, moment: Moment) -> Reply:
    """Send a little power and tell how much."""
    coil = desk.plant.settings.coil
    if ask.ev_result_code is WptEvResult.EV_RESULT_FAILED:
        return ResponseCode.FAILED_ASSOCIATION_ERROR
    processing = desk.approach.round(_CHECKING, coil.rounds)
    return WptAlignmentCheckRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        evse_processing=processing,
        power_transmitted=Watts.of(coil.check_power),
        supply_device_current=Amperes.of(coil.min_current),
    )


def on_loop(desk: Desk, ask: WptChargeLoopReq, moment: Moment) -> Reply:
    """Send what the vehicle asks for, within the limits, and count it."""
    at, plant = moment.at, desk.plant
    if ask.display_parameters is not None:
        plant.display_given(from_display(ask.display_parameters), at)
    limits = plant.limits(at)
    sent = max(0.0, min(float(ask.evpc_power_request), plant.setpoint(at), limits.max_charge_power))
    plant.transferred(at, sent)
    return WptChargeLoopRes(
        header=desk.header(moment),
        response_code=judged(desk, sent, at),
        evse_status=desk.status(at),
        meter_info=meter_info(desk, ask, at),
        evpc_power_request=Watts.of(round(sent)),
        sd_power_input=Watts.of(round(sent)),
        spc_max_output_power_limit=Watts.of(limits.max_charge_power),
        spc_min_output_power_limit=Watts.of(limits.min_charge_power),
        spc_charge_diagnostics=WptSpcChargeDiagnostics.SPC_NO_ISSUE,
    )


HANDLERS: Handlers = {
    WptFinePositioningSetupReq: on_set_up,
    WptFinePositioningReq: on_positioning,
    WptPairingReq: on_pairing,
    WptChargeParameterDiscoveryReq: on_parameters,
    WptAlignmentCheckReq: on_alignment,
    WptChargeLoopReq: on_loop,
}
