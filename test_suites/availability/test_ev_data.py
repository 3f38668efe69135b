"""Which of the EV's data reaches the charger and the backend, in which unit, how late."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, asks, availability, both, case, conversation, finished, seen
from harness.messages.iso20.dc import DcChargeLoopReq
from harness.messages.ocpp import NotifyEVChargingNeeds, TransactionEvent

NEEDS = (Feature.ISO20_DC_BPT, Feature.OCPP201, Feature.ISO15118_CHARGING_NEEDS)
WHOLE = both(finished(), seen(TransactionEvent, eventType="Ended"))


@case(
    "AVL-STN-001",
    "State of charge and battery capacity reach the backend",
    sut=Role.STATION,
    cites=("K15.FR.01",),
    needs=NEEDS,
)
async def test_battery_state_reaches_the_backend(bench: Bench, judge: Judge) -> None:
    """The EV shows 37 % of 77 kWh in its display parameters; the backend must hear the same, in Wh and percent."""
    trace = await bench.run(bench.ev.with_car(soc=37.0, capacity=77_000.0), until=WHOLE)

    judge.reaches(availability.row(trace, availability.item("state of charge")))
    judge.reaches(availability.row(trace, availability.item("battery capacity")))


@case(
    "AVL-STN-002",
    "The departure time reaches the backend as the instant that the EV meant",
    sut=Role.STATION,
    cites=("K15.FR.01",),
    needs=NEEDS,
)
async def test_departure_time_reaches_the_backend(bench: Bench, judge: Judge) -> None:
    """The EV leaves in 5400 s from its message; OCPP wants a point in time."""
    trace = await bench.run(bench.ev.with_car(departure_time=5400), until=WHOLE)

    judge.reaches(availability.row(trace, availability.item("departure time")))


@case(
    "AVL-STN-003",
    "Charge limits and the energy asked for reach the backend in base units",
    sut=Role.STATION,
    cites=("K15.FR.01", "K15.FR.06"),
    needs=NEEDS,
)
async def test_charge_limits_reach_the_backend(bench: Bench, judge: Judge) -> None:
    """Odd figures, so that a factor of a thousand or a swapped field shows."""
    car = {"max_charge_power": 33_300.0, "max_charge_current": 88.0, "max_voltage": 444.0}

    trace = await bench.run(bench.ev.with_car(**car), until=WHOLE)

    for name in ("maximum charge power", "maximum charge current", "maximum voltage", "target energy"):
        judge.reaches(availability.row(trace, availability.item(name)))


@case(
    "AVL-STN-004",
    "What OCPP 2.0.1 cannot carry is known, and nothing is invented",
    sut=Role.STATION,
    cites=("K15.FR.01",),
    needs=NEEDS,
)
async def test_discharge_limits_are_not_invented(bench: Bench, judge: Judge) -> None:
    """Discharge limits and the V2X window have no place there: reported, not failed, beside the rest of the matrix."""
    trace = await bench.run(bench.ev, until=WHOLE)

    for datum in availability.rows(trace):
        judge.reached(datum)
        if availability.not_representable(datum):
            judge.notice(datum.name, f"the EV says {datum.sent}; {datum.reach}")
    needs = trace.all(NotifyEVChargingNeeds)
    judge.every(
        "no state of charge but the EV's own",
        needs,
        lambda entry: availability.soc_is_the_evs(trace, entry),
        "a value that the EV never sent",
    )


@case(
    "AVL-STN-005",
    "The backend hears of the state of charge throughout, not only once",
    sut=Role.STATION,
    cites=("J02.FR.11",),
    needs=(Feature.ISO20_DC, Feature.OCPP201),
)
async def test_state_of_charge_stays_fresh(bench: Bench, judge: Judge) -> None:
    """The backend asks for meter values every 10 s; the EV shows its state of charge in every cycle for 35 s."""
    trace = await bench.run(bench.ev.charging_for(35.0), bench.csms.asking(asks.sample_every(10)), until=WHOLE)

    began, ended = trace.first(DcChargeLoopReq), trace.last(DcChargeLoopReq)
    events = [one for one in conversation.events(trace) if began.at <= one.at <= ended.at]
    samples = [one for one in events if conversation.sampled(one, "SoC")]
    judge.spaced(
        "state of charge",
        [began.at, *(conversation.moment(one) for one in samples), ended.at],
        0.0,
        15.0,
        at=samples or began,
    )
    judge.reached(availability.row(trace, availability.item("state of charge")))


@case(
    "AVL-EV-001",
    "The EV shows state of charge and capacity in the charge loop",
    sut=Role.EV,
    needs=(Feature.ISO20_DC, Feature.DISPLAY_PARAMETERS),
)
async def test_display_parameters(bench: Bench, judge: Judge) -> None:
    """Without them no charger can plan, and no backend can know."""
    trace = await bench.run(until=finished())

    loops = trace.all(DcChargeLoopReq)
    judge.every("display parameters", loops, lambda entry: entry.message.display_parameters is not None)
    shown = [entry for entry in loops if entry.message.display_parameters is not None]
    judge.every("state of charge", shown, lambda entry: entry.message.display_parameters.present_soc is not None)
    judge.every(
        "battery capacity", shown, lambda entry: entry.message.display_parameters.battery_energy_capacity is not None
    )
