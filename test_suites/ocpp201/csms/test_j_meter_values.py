"""Block J: how a backend takes meter values, by MeterValues and within transactions."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, conversation, do, ocpp_states, scene
from harness.kit import ocpp_metering as metering
from harness.kit import ocpp_tokens as tokens
from harness.kit import ocpp_transactions as tx

BOTH = (metering.IMPORT, metering.POWER)
A_WHILE = scene.passes(50.0)
VISIT = ocpp_states.charging() + A_WHILE + ocpp_states.stopped_locally() + tx.away()


def judge_the_values(judge: Judge, trace: Trace, context: str) -> tuple[Entry, ...]:
    """Whatever carries samples of this context is answered; those messages."""
    told = tx.due(trace, metering.with_samples(tokens.awake(trace), context))
    judge.every(f"answers to samples of {context}", told, lambda one: conversation.taken(trace, one), "no result")
    return told


def signed(entries: tuple[Entry, ...]) -> list[Entry]:
    """Those with signed samples."""
    return [one for one in entries if any("signedMeterValue" in value for value in tx.samples(one))]


@case(
    "TC_J_01_CSMS",
    "A backend takes values by the clock from an idle station",
    sut=Role.CSMS,
    cites=("J01.FR.18",),
    needs=Feature.OCPP201,
)
async def test_idle(bench: Bench, judge: Judge) -> None:
    """MeterValues of EVSE and main meter every 20 s."""
    station = metering.measuring(bench.station, aligned_interval=20, aligned_measurands=BOTH)
    trace = await bench.play(A_WHILE, station)

    judge_the_values(judge, trace, metering.CLOCK)


@case(
    "TC_J_02_CSMS",
    "A backend takes values by the clock while a car charges",
    sut=Role.CSMS,
    cites=("J01.FR.18", "J02.FR.19"),
    needs=Feature.OCPP201,
)
async def test_charging(bench: Bench, judge: Judge) -> None:
    """Our station tells them by events of the transaction, and by MeterValues of its main meter."""
    station = metering.measuring(bench.station, aligned_interval=20, aligned_measurands=BOTH)
    trace = await bench.play(VISIT, station)

    told = judge_the_values(judge, trace, metering.CLOCK)
    judge.some("events among them", [one for one in told if "eventType" in one.payload])


@case(
    "TC_J_03_CSMS",
    "A backend takes the end of a transaction with values by the clock in it",
    sut=Role.CSMS,
    cites=("J02.FR.19",),
    needs=Feature.OCPP201,
)
async def test_ended(bench: Bench, judge: Judge) -> None:
    """Our station collects them within the transaction."""
    station = metering.measuring(bench.station, aligned_ended_interval=20, aligned_ended_measurands=BOTH)
    trace = await bench.play(VISIT, station)

    judge_the_values(judge, trace, metering.CLOCK)


@case(
    "TC_J_04_CSMS",
    "A backend takes signed values by the clock",
    sut=Role.CSMS,
    cites=("J01.FR.21", "J01.FR.18"),
    needs=Feature.OCPP201,
)
async def test_signed_by_the_clock(bench: Bench, judge: Judge) -> None:
    """They carry the meter's signature and its public key."""
    station = metering.measuring(bench.station, aligned_interval=20, aligned_ended_interval=20, aligned_sign=True)
    trace = await bench.play(VISIT, station)

    judge.some("signed values", signed(judge_the_values(judge, trace, metering.CLOCK)))


@case(
    "TC_J_07_CSMS",
    "A backend takes the start of a transaction with values in it",
    sut=Role.CSMS,
    cites=("J02.FR.19",),
    needs=Feature.OCPP201,
)
async def test_begin(bench: Bench, judge: Judge) -> None:
    """The context is Transaction.Begin."""
    station = metering.measuring(bench.station, started_measurands=BOTH)
    trace = await bench.play(VISIT, station)

    judge_the_values(judge, trace, metering.BEGIN)


@case(
    "TC_J_08_CSMS",
    "A backend takes values of the beginning when a card comes before the cable",
    sut=Role.CSMS,
    cites=("J02.FR.19",),
    needs=Feature.OCPP201,
)
async def test_begin_before_the_cable(bench: Bench, judge: Judge) -> None:
    """The transaction begins without a car."""
    station = tx.at_points(metering.measuring(bench.station, started_measurands=BOTH), start="Authorized")
    card = scene.does(do.present_token(ocpp_states.TOKEN)) + scene.passes(5.0)
    trace = await bench.play(
        card + scene.does(do.plug_in()) + tx.until_energy() + scene.passes(5.0) + tx.away(), station
    )

    judge_the_values(judge, trace, metering.BEGIN)


@case(
    "TC_J_09_CSMS",
    "A backend takes periodic values of a transaction",
    sut=Role.CSMS,
    cites=("J02.FR.19",),
    needs=Feature.OCPP201,
)
async def test_periodic(bench: Bench, judge: Judge) -> None:
    """Every ten seconds while a car charges."""
    trace = await bench.play(VISIT, bench.station.set(tx_updated_interval=10.0))

    told = judge_the_values(judge, trace, metering.PERIODIC)
    judge.holds("samples in number", len(told) >= 3, f"{len(told)} seen", at=told)


@case(
    "TC_J_10_CSMS",
    "A backend takes the end of a transaction with values in it",
    sut=Role.CSMS,
    cites=("J02.FR.19",),
    needs=Feature.OCPP201,
)
async def test_end(bench: Bench, judge: Judge) -> None:
    """Contexts Transaction.End, and Sample.Periodic for the course of the transaction."""
    station = metering.measuring(bench.station, ended_interval=10, ended_measurands=BOTH)
    trace = await bench.play(VISIT, station)

    judge_the_values(judge, trace, metering.END)


@case(
    "TC_J_11_CSMS",
    "A backend takes signed values of a transaction",
    sut=Role.CSMS,
    cites=("J02.FR.19", "J02.FR.21"),
    needs=Feature.OCPP201,
)
async def test_signed(bench: Bench, judge: Judge) -> None:
    """They carry the meter's signature and its public key."""
    station = metering.measuring(bench.station, sign=True, ended_interval=10)
    trace = await bench.play(VISIT, station)

    judge.some("signed values", signed(judge_the_values(judge, trace, metering.END)))
