"""Block K: limits that the backend sets."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, asks, both, cable_power, case, finished, seen
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.ocpp import SetChargingProfile, TransactionEvent

NEEDS = (Feature.OCPP201, Feature.ISO20_DC, Feature.SMART_CHARGING)
WHOLE = both(finished(), seen(TransactionEvent, eventType="Ended"))
LIMIT = 11_000.0
SETTLED = 5.0
"""Seconds that a station gets to bring the power under a new limit; our own figure."""


@case(
    "OCPP-STN-SMC-001",
    "A charging profile for an unknown transaction is rejected",
    sut=Role.STATION,
    cites=("K01.FR.09", "K01.FR.33"),
    needs=NEEDS,
)
async def test_profile_for_an_unknown_transaction(bench: Bench, judge: Judge) -> None:
    """The profile would allow no power at all, but the transaction that it names does not exist."""
    ask = asks.limit(0.0, transaction_id=asks.STRANGE_TRANSACTION)

    trace = await bench.run(bench.ev.charging_for(6.0), bench.csms.asking(ask, **asks.once_charging(2.0)), until=WHOLE)

    reply = trace.answer_to(trace.first(SetChargingProfile, where=asks.is_ours))
    judge.equal("answer", reply.payload.get("status"), "Rejected", at=reply)
    judge.some("power after it", [power for power in cable_power(trace.since(reply)) if abs(power.watts) > 1000])


@case(
    "OCPP-STN-SMC-002",
    "A limit set by the backend reaches the EV, and the power stays below it",
    sut=Role.STATION,
    cites=("K08.FR.04",),
    needs=(*NEEDS, Feature.SCHEDULED),
)
async def test_limit_is_kept(bench: Bench, judge: Judge) -> None:
    """An EV that takes all it gets charges in Scheduled mode; in the charge loop the backend sets 11 kW."""
    csms = bench.csms.asking(asks.limit(LIMIT), **asks.once_charging(2.0))

    trace = await bench.run(bench.ev.scheduled().charging_for(12.0), csms, until=WHOLE)

    reply = trace.answer_to(trace.first(SetChargingProfile, where=asks.is_ours))
    judge.equal("answer", reply.payload.get("status"), "Accepted", at=reply)
    later = [power for power in cable_power(trace) if power.at > reply.at + SETTLED]
    judge.some("cycles under the limit", later)
    over = [power.entry for power in later if power.watts > LIMIT * 1.05]
    judge.silence("cycles with more than 11 kW", over)
    bounds = [entry for entry in trace.since(reply).all(DcChargeLoopRes) if entry.at > reply.at + SETTLED]
    told = [float(entry.message.control_mode.evse_maximum_charge_power or 0) for entry in bounds]
    judge.report("limit told to the EV", max(told, default=None), "W", at=bounds[:1])
