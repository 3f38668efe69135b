"""Block J: values that are taken within a transaction (SampledDataCtrlr)."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, conversation, do, ocpp_states, scene
from harness.kit import ocpp_metering as metering
from harness.kit import ocpp_transactions as tx

INTERVAL = 10
STARTED = {"SampledDataCtrlr.TxStartedMeasurands": metering.WANTED}
UPDATED = {tx.UPDATED_INTERVAL: str(INTERVAL), "SampledDataCtrlr.TxUpdatedMeasurands": metering.WANTED}
ENDED = {
    "SampledDataCtrlr.TxEndedInterval": str(INTERVAL),
    "SampledDataCtrlr.TxEndedMeasurands": metering.WANTED,
}
A_WHILE = scene.passes(4.5 * INTERVAL)
VISIT = ocpp_states.charging() + A_WHILE + ocpp_states.stopped_locally() + tx.away()


def beginning(trace: Trace) -> tuple[Entry, ...]:
    """Events with samples of the beginning of a transaction."""
    return tuple(one for one in tx.events(trace) if tx.samples(one, metering.BEGIN))


@case(
    "TC_J_07_CS",
    "The start of a transaction tells what was asked for of its beginning",
    sut=Role.STATION,
    cites=("E01.FR.09",),
    needs=Feature.OCPP201,
)
async def test_begin(bench: Bench, judge: Judge) -> None:
    """TxStartedMeasurands is set; the car is plugged in before its driver is authorized."""
    trace = await bench.play(tx.lent(STARTED, VISIT))

    tx.done(trace, do.PLUG_IN)
    told = beginning(trace)
    if judge.any("events with values of the beginning", told):
        judge.equal("events with values of the beginning, in number", len(told), 1, at=told)
        judge.equal("which event has them", told[0].payload["eventType"], "Started", at=told[0])
        metering.judge_measurands(judge, told, metering.BEGIN, metering.BOTH)


@case(
    "TC_J_08_CS",
    "Values of the beginning come as soon as it is known where the car is",
    sut=Role.STATION,
    cites=("E01.FR.16", "E01.FR.17"),
    needs=Feature.OCPP201,
)
async def test_begin_before_the_cable(bench: Bench, judge: Judge) -> None:
    """A card starts the transaction; the values stand in the first event, or in the first that names the EVSE."""
    visit = scene.does(do.present_token(ocpp_states.TOKEN)) + scene.passes(5.0) + scene.does(do.plug_in())
    whole = visit + tx.until_energy() + scene.passes(5.0) + tx.away()
    trace = await bench.play(tx.lent({**STARTED, tx.START: "Authorized"}, whole))

    tx.done(trace, do.PLUG_IN)
    told = beginning(trace)
    if judge.any("events with values of the beginning", told):
        judge.equal("events with values of the beginning, in number", len(told), 1, at=told)
        placed = [one.number for one in tx.events(trace) if "evse" in one.payload]
        first = tx.events(trace)[0].number
        judge.among("which event has them", told[0].number, {first, *placed[:1]}, at=told[0])
        metering.judge_measurands(judge, told, metering.BEGIN, metering.BOTH)


@case(
    "TC_J_09_CS",
    "A transaction tells what was asked for as often as it was asked for",
    sut=Role.STATION,
    cites=("J02.FR.11",),
    needs=Feature.OCPP201,
)
async def test_periodic(bench: Bench, judge: Judge) -> None:
    """Every ten seconds for three quarters of a minute."""
    trace = await bench.play(tx.lent(UPDATED, VISIT))

    told = tx.told_after(trace, do.PRESENT_TOKEN, "MeterValuePeriodic")
    if judge.any("events with trigger MeterValuePeriodic", told):
        judge.between("periodic events", len(told), 3, 6, at=told)
        judge.every("they are news of the transaction", told, lambda one: one.payload["eventType"] == "Updated")
        judge.spaced("samples", [conversation.moment(one) for one in told], INTERVAL - 2, INTERVAL + 2, at=told)
        metering.judge_measurands(judge, told, metering.PERIODIC, metering.BOTH)


@case(
    "TC_J_10_CS",
    "The end of a transaction tells what was asked for of its course and its end",
    sut=Role.STATION,
    cites=("E06.FR.11",),
    needs=Feature.OCPP201,
)
async def test_end(bench: Bench, judge: Judge) -> None:
    """TxEndedInterval and TxEndedMeasurands are set."""
    trace = await bench.play(tx.lent(ENDED, VISIT))

    tx.done(trace, do.PRESENT_TOKEN)
    ended = tx.events(trace, "Ended")
    if judge.any("the end", ended):
        judge.some("values of the course", tx.samples(ended[0], metering.PERIODIC))
        judge.some("values of the end", tx.samples(ended[0], metering.END))
        metering.judge_measurands(judge, ended, metering.END, metering.BOTH)
        metering.judge_measurands(judge, ended, metering.PERIODIC, metering.BOTH)


@pytest.mark.parametrize("key", ["EveryMeterValue", "Never"])
@case(
    "TC_J_11_CS",
    "Values within a transaction are signed where that is wanted, with the public key where that is wanted",
    sut=Role.STATION,
    cites=("J02.FR.21",),
    needs=Feature.OCPP201,
)
async def test_signed(bench: Bench, judge: Judge, key: str) -> None:
    """SampledDataCtrlr.SignReadings is on; PublicKeyWithSignedMeterValue says when the key goes with them."""
    signing = {"SampledDataCtrlr.SignReadings": "true", "OCPPCommCtrlr.PublicKeyWithSignedMeterValue": key}
    trace = await bench.play(tx.lent({**STARTED, **ENDED, **signing}, VISIT))

    tx.done(trace, do.PRESENT_TOKEN)
    ended = tx.events(trace, "Ended")
    if judge.any("the end", ended):
        metering.judge_signatures(judge, ended, metering.END)
        metering.judge_signatures(judge, ended, metering.PERIODIC)
        signed = [one["signedMeterValue"] for one in tx.samples(ended[0]) if "signedMeterValue" in one]
        keys = [one for one in signed if one.get("publicKey")]
        judge.some("signatures", signed)
        judge.equal("signatures with a public key", len(keys), len(signed) if key != "Never" else 0, at=ended[0])
