"""Block J, and the meter values of E01 and E06: what the backend learns of energy."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, asks, both, case, conversation, finished, seen
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.ocpp import SetVariables, TransactionEvent

NEEDS = (Feature.OCPP201, Feature.ISO20_DC)
WHOLE = both(finished(), seen(TransactionEvent, eventType="Ended"))
IMPORT, EXPORT = "Energy.Active.Import.Register", "Energy.Active.Export.Register"
INTERVAL = 5


@case(
    "OCPP-STN-MTR-001",
    "A transaction begins and ends with the reading of the meter",
    sut=Role.STATION,
    cites=("E01.FR.09", "E06.FR.11"),
    needs=NEEDS,
)
async def test_begin_and_end_readings(bench: Bench, judge: Judge) -> None:
    """Contexts Transaction.Begin and Transaction.End, with the register of energy to the EV in both."""
    trace = await bench.run(bench.ev.charging_for(5.0), until=WHOLE)

    trace.first(TransactionEvent)
    events = conversation.events(trace)
    begin = [value for entry in events for value in conversation.sampled(entry, IMPORT, "Transaction.Begin")]
    end = [value for entry in events for value in conversation.sampled(entry, IMPORT, "Transaction.End")]
    judge.equal("readings at the beginning", len(begin), 1, at=events[:1])
    judge.equal("readings at the end", len(end), 1, at=events[-1:])
    if begin and end:
        judge.rising("register from begin to end", [begin[0], end[0]], at=(events[0], events[-1]))


@case(
    "OCPP-STN-MTR-002",
    "Meter values come as often as the backend asked",
    sut=Role.STATION,
    cites=("J02.FR.11",),
    needs=NEEDS,
)
async def test_sampling_interval(bench: Bench, judge: Judge) -> None:
    """The backend sets an interval of 5 s before the EV comes; the EV charges for half a minute."""
    csms = bench.csms.asking(asks.sample_every(INTERVAL))

    trace = await bench.run(bench.ev.charging_for(30.0), csms, until=WHOLE)

    reply = trace.answer_to(trace.first(SetVariables))
    result = reply.payload["setVariableResult"][0]
    judge.equal("new interval", result["attributeStatus"], "Accepted", at=reply)
    periodic = [one for one in conversation.events(trace) if conversation.trigger(one) == "MeterValuePeriodic"]
    judge.between("periodic samples", len(periodic), 5, 12, at=periodic)
    judge.every("samples carry energy", periodic, lambda one: conversation.sampled(one, IMPORT, "Sample.Periodic"))
    judge.spaced("samples", [conversation.moment(one) for one in periodic], INTERVAL - 1, INTERVAL + 1, at=periodic)


@case(
    "OCPP-STN-MTR-003",
    "Energy told to the backend is energy told to the EV",
    sut=Role.STATION,
    cites=("J02.FR.16", "V2G20-902"),
    needs=(*NEEDS, Feature.METER_INFO),
)
async def test_energy_agrees_on_both_protocols(bench: Bench, judge: Judge) -> None:
    """Register difference of the transaction against MeterInfo of the session, in Wh; within 2 % and 5 Wh."""
    trace = await bench.run(bench.ev.charging_for(15.0), until=WHOLE)

    shown = trace.last(DcChargeLoopRes, where=lambda entry: entry.message.meter_info is not None)
    events = conversation.events(trace)
    values = [value for entry in events for value in conversation.sampled(entry, IMPORT)]
    back = [value for entry in events for value in conversation.sampled(entry, EXPORT)]
    charged = float(shown.message.meter_info.charged_energy_reading_wh)
    slack = 5 + 0.02 * charged
    if judge.any("readings of the register", [one for one in events if conversation.sampled(one, IMPORT)]):
        told = values[-1] - values[0]
        judge.between("Wh to the EV", told, charged - slack, charged + slack, unit="Wh", at=(shown, events[-1]))
    given = float(shown.message.meter_info.bpt_discharged_energy_reading_wh or 0)
    if back:
        judge.between("Wh from the EV", back[-1] - back[0], 0.98 * given - 5, 1.02 * given + 5, unit="Wh", at=shown)
