"""Block J: values that are taken at full multiples of an interval (AlignedDataCtrlr)."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, do, ocpp_states, scene
from harness.kit import ocpp_metering as metering
from harness.kit import ocpp_transactions as tx
from harness.messages.ocpp import SetVariables

INTERVAL = 20
ALIGNED = {"AlignedDataCtrlr.Interval": str(INTERVAL), "AlignedDataCtrlr.Measurands": metering.WANTED}
IN_THE_END = {
    "AlignedDataCtrlr.TxEndedInterval": str(INTERVAL),
    "AlignedDataCtrlr.TxEndedMeasurands": metering.WANTED,
}
A_WHILE = scene.passes(3.5 * INTERVAL)
VISIT = ocpp_states.charging() + A_WHILE + ocpp_states.stopped_locally() + tx.away()


@case(
    "TC_J_01_CS",
    "An idle station tells what it measures at full multiples of the interval",
    sut=Role.STATION,
    cites=("J01.FR.14",),
    needs=Feature.OCPP201,
)
async def test_idle(bench: Bench, judge: Judge) -> None:
    """MeterValues for the EVSE, three times in a good minute, with what was asked for."""
    trace = await bench.play(tx.lent({**ALIGNED, "AlignedDataCtrlr.SendDuringIdle": "false"}, A_WHILE))

    told = metering.reports(trace.since(trace.first(SetVariables.response)), metering.CLOCK)
    of_evse = tuple(one for one in told if one.payload["evseId"] == ocpp_states.EVSE_ID)
    if judge.any("values of the EVSE", of_evse):
        judge.between("values of the EVSE, in number", len(of_evse), 3, 4, at=of_evse)
        metering.judge_measurands(judge, of_evse, metering.CLOCK, metering.BOTH)
        metering.judge_the_clock(judge, told, INTERVAL)


@case(
    "TC_J_02_CS",
    "A station tells what it measures at full multiples of the interval while a car charges",
    sut=Role.STATION,
    cites=("J01.FR.14",),
    needs=Feature.OCPP201,
)
async def test_charging(bench: Bench, judge: Judge) -> None:
    """By MeterValues or by events of the transaction, as the station likes."""
    whole = tx.lent({**ALIGNED, "AlignedDataCtrlr.SendDuringIdle": "false"}, VISIT)
    trace = await bench.play(whole)

    charging = tx.plugged(trace.since(tx.done(trace, do.PRESENT_TOKEN)))
    told = tuple(
        one
        for one in metering.with_samples(charging, metering.CLOCK)
        if one.payload.get("evseId", ocpp_states.EVSE_ID) == ocpp_states.EVSE_ID
    )
    if judge.any("values of the EVSE while a car charges", told):
        judge.between("values of the EVSE, in number", len(told), 3, 5, at=told)
        metering.judge_measurands(judge, told, metering.CLOCK, metering.BOTH)
        metering.judge_the_clock(judge, told, INTERVAL)


@case(
    "TC_J_03_CS",
    "The end of a transaction tells what was measured at full multiples of the interval within it",
    sut=Role.STATION,
    cites=("E06.FR.11",),
    needs=Feature.OCPP201,
)
async def test_ended(bench: Bench, judge: Judge) -> None:
    """AlignedDataCtrlr.TxEndedInterval and its measurands are set; the car charges for a good minute."""
    trace = await bench.play(tx.lent(IN_THE_END, VISIT))

    tx.done(trace, do.PRESENT_TOKEN)
    ended = tx.events(trace, "Ended")
    if judge.any("the end", ended):
        taken = [one for one in ended[0].payload.get("meterValue", []) if _by_the_clock(one)]
        judge.between("moments in the end", len(taken), 3, 5, at=ended[0])
        metering.judge_measurands(judge, ended, metering.CLOCK, metering.BOTH)
        metering.judge_the_clock(judge, ended, INTERVAL)


def _by_the_clock(taken: dict[str, list[dict[str, str]]]) -> bool:
    return any(value.get("context") == metering.CLOCK for value in taken["sampledValue"])


@case(
    "TC_J_04_CS",
    "Values that are taken by the clock are signed where that is wanted",
    sut=Role.STATION,
    cites=("J01.FR.21",),
    needs=Feature.OCPP201,
)
async def test_signed(bench: Bench, judge: Judge) -> None:
    """AlignedDataCtrlr.SignReadings is on; the end of a transaction has the samples."""
    signing = {"AlignedDataCtrlr.SignReadings": "true", "AlignedDataCtrlr.SendDuringIdle": "false"}
    trace = await bench.play(tx.lent({**IN_THE_END, **signing}, VISIT))

    tx.done(trace, do.PRESENT_TOKEN)
    ended = tuple(one for one in tx.events(trace, "Ended") if tx.samples(one, metering.CLOCK))
    if judge.any("the end with values by the clock", ended):
        metering.judge_signatures(judge, ended, metering.CLOCK)


@case(
    "TC_J_06_CS",
    "Values that are for idle times alone are not told while a car charges",
    sut=Role.STATION,
    cites=("J01.FR.19", "J01.FR.20"),
    needs=Feature.OCPP201,
)
async def test_idle_only(bench: Bench, judge: Judge) -> None:
    """AlignedDataCtrlr.SendDuringIdle is on: values before the car comes and after it left, none between."""
    whole = tx.lent({**ALIGNED, "AlignedDataCtrlr.SendDuringIdle": "true"}, A_WHILE + VISIT + A_WHILE)
    trace = await bench.play(whole)

    began, left = tx.done(trace, do.PRESENT_TOKEN), tx.done(trace, do.UNPLUG)
    stopped = tx.done(trace, do.PRESENT_TOKEN, 2)
    judge.some("values before", metering.with_samples(trace.until(began), metering.CLOCK))
    judge.silence(
        "values while a car charges", metering.with_samples(trace.since(began).until(stopped), metering.CLOCK)
    )
    judge.some("values afterwards", metering.with_samples(trace.since(left), metering.CLOCK))
