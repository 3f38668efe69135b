"""Wireless transfer: coils that come together, limits of the ground coil, power within them."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, answered, case, finished
from harness.messages.iso20.common import Processing, ResponseCode
from harness.messages.iso20.wpt import (
    WptChargeLoopRes,
    WptChargeParameterDiscoveryReq,
    WptChargeParameterDiscoveryRes,
    WptEvResult,
    WptFinePositioningReq,
    WptFinePositioningRes,
    WptFinePositioningSetupRes,
    WptPairingReq,
    WptPairingRes,
)

WPT = Feature.ISO20_WPT
NOBODYS_CODE = 999
REACHES = {"too_low": (20, 10), "too_high": (1400, 1200), "upside_down": (120, 180)}


@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-STN-WPT-001",
    "A whole wireless session runs in each control mode",
    sut=Role.STATION,
    cites=("ISO 15118-20, 8.3.4.7",),
    needs=(WPT, Feature.SCHEDULED, Feature.DYNAMIC),
    control="ISO20-STN-WPT-007",
)
async def test_whole_session(bench: Bench, judge: Judge, mode: str) -> None:
    """A car without a cable: positioning, pairing, alignment, and a few cycles of energy."""
    trace = await bench.run(getattr(bench.ev, mode)().over_a_coil(), until=finished())

    judge.ran_to_the_end(trace)
    judge.no_failures(trace, sent_by=Role.STATION)


@case(
    "ISO20-STN-WPT-002",
    "The ground coil names a way for each step",
    sut=Role.STATION,
    cites=("ISO 15118-20, 8.3.4.7",),
    needs=WPT,
)
async def test_methods(bench: Bench, judge: Judge) -> None:
    """Positioning, pairing and alignment check: at least one method each, none twice."""
    trace = await bench.run(bench.ev.over_a_coil(), until=answered(WptFinePositioningSetupRes))

    reply = trace.first(WptFinePositioningSetupRes)
    said = reply.message
    for step, methods in (
        ("positioning", said.primary_device_fine_positioning_method_list.wpt_fine_positioning_method),
        ("pairing", said.primary_device_pairing_method_list.wpt_pairing_method),
        ("alignment check", said.primary_device_alignment_check_method_list.wpt_alignment_check_method),
    ):
        judge.equal(f"different ways of {step}", len(set(methods)), len(methods), at=reply)


@case(
    "ISO20-STN-WPT-003",
    "Positioning is not finished before the EV says so",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=WPT,
)
async def test_pairing_before_positioning_is_finished(bench: Bench, judge: Judge) -> None:
    """The EV asks to pair while its own positioning is ongoing."""
    ev = bench.ev.over_a_coil().answering(
        WptFinePositioningReq,
        lambda _, usual: WptPairingReq(
            header=usual.header,
            ev_processing=Processing.ONGOING,
            ev_result_code=WptEvResult.EV_RESULT_UNKNOWN,
        ),
        nth=2,
    )

    trace = await bench.run(ev, until=answered(WptPairingRes))

    judge.coded(trace, trace.first(WptPairingReq), WptPairingRes, ResponseCode.FAILED_SEQUENCE_ERROR)
    judge.equal("steps of positioning answered", len(trace.all(WptFinePositioningRes)), 1)


@case(
    "ISO20-STN-WPT-004",
    "An EV over another coil is not taken for the one here",
    sut=Role.STATION,
    cites=("ISO 15118-20, 8.3.4.7",),
    needs=WPT,
    control="ISO20-STN-WPT-007",
)
async def test_foreign_code(bench: Bench, judge: Judge) -> None:
    """The EV tells a code that it observed elsewhere."""
    ev = bench.ev.over_a_coil().but(WptPairingReq, observed_id_code=NOBODYS_CODE)

    trace = await bench.run(ev, until=answered(WptChargeParameterDiscoveryRes))

    judge.silence("answers behind the pairing", trace.all(WptChargeParameterDiscoveryRes))
    judge.coded(trace, trace.first(WptPairingReq), WptPairingRes, ResponseCode.FAILED_ASSOCIATION_ERROR)


@pytest.mark.parametrize("reach", REACHES)
@case(
    "ISO20-STN-WPT-005",
    "A coil out of reach gets no power",
    sut=Role.STATION,
    cites=("ISO 15118-20, 8.3.4.7",),
    needs=WPT,
    control="ISO20-STN-WPT-007",
)
async def test_coil_out_of_reach(bench: Bench, judge: Judge, reach: str) -> None:
    """The ground clearance of the EV lies outside of what the station said, or its bounds are upside down."""
    highest, lowest = REACHES[reach]
    ev = bench.ev.over_a_coil().but(
        WptChargeParameterDiscoveryReq, sd_max_ground_clearence=highest, sd_min_ground_clearence=lowest
    )

    trace = await bench.run(ev, until=answered(WptChargeParameterDiscoveryRes))

    asked = trace.first(WptChargeParameterDiscoveryReq)
    judge.coded(trace, asked, WptChargeParameterDiscoveryRes, ResponseCode.FAILED_WRONG_CHARGE_PARAMETER)


@case(
    "ISO20-STN-WPT-006",
    "The power sent keeps to what the EV asks for and to the limit told",
    sut=Role.STATION,
    cites=("V2G20-2188",),
    needs=WPT,
)
async def test_power_within_bounds(bench: Bench, judge: Judge) -> None:
    """The EV asks for 5 kW, less than either coil can do."""
    ev = bench.ev.scheduled().over_a_coil(max_charge_power=5_000.0).having(loops=8)

    trace = await bench.run(ev, until=finished())

    judge.every(
        "power sent",
        trace.all(WptChargeLoopRes),
        lambda entry: (
            float(entry.message.evpc_power_request)
            <= min(5_000.0, float(entry.message.spc_max_output_power_limit)) + 1.0
        ),
        "more than asked for or allowed",
    )


@case(
    "ISO20-STN-WPT-007",
    "The limits of the ground coil are in order",
    sut=Role.STATION,
    cites=("ISO 15118-20, 8.3.4.7",),
    needs=WPT,
)
async def test_ratings_in_order(bench: Bench, judge: Judge) -> None:
    """Least power, clearance and current lie below the greatest."""
    trace = await bench.run(bench.ev.over_a_coil(), until=answered(WptChargeParameterDiscoveryRes))

    reply = trace.first(WptChargeParameterDiscoveryRes)
    said = reply.message
    for what, least, most in (
        ("output power", float(said.sd_min_output_power), float(said.sd_max_output_power)),
        ("ground clearance", said.sd_min_ground_clearance_support, said.sd_max_ground_clearance_support),
        ("coil current", float(said.pd_min_coil_current), float(said.pd_max_coil_current)),
    ):
        judge.between(f"least {what}", least, 0.0, most, at=(reply,))
