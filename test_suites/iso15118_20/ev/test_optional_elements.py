"""Elements that the schema lets a station leave out, and such that few stations send: an EV must bear both."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, case, closed, either, seen
from harness.messages.iso20.common import PowerDeliveryReq, ScheduleExchangeRes
from harness.messages.iso20.dc import DcCableCheckReq, DcChargeLoopReq, DcChargeLoopRes


def _tells_discharged_energy(entry: Entry) -> bool:
    meter = entry.message.meter_info
    return meter is not None and meter.bpt_discharged_energy_reading_wh is not None


@case(
    "ISO20-EV-OPT-001",
    "A schedule that comes without prices is taken",
    sut=Role.EV,
    needs=(Feature.ISO20_DC, Feature.SCHEDULED),
    control="ISO20-EV-WLD-001",
)
async def test_schedule_without_prices(bench: Bench, judge: Judge) -> None:
    """In Scheduled mode the station offers power schedules alone, which the schema allows."""
    station = bench.station.set(price_levels=False, control_modes=("scheduled",))

    trace = await bench.run(station, until=either(seen(DcCableCheckReq), closed()))

    offered = trace.first(ScheduleExchangeRes)
    judge.any("requests that go on with the session", trace.since(offered).all(DcCableCheckReq))


@case(
    "ISO20-EV-OPT-002",
    "A meter reading that tells the energy from the EV is taken",
    sut=Role.EV,
    needs=Feature.ISO20_DC_BPT,
    control="ISO20-EV-WLD-001",
)
async def test_meter_info_with_discharged_energy(bench: Bench, judge: Judge) -> None:
    """MeterInfo of the first charge loop holds both registers, as a bidirectional station must be able to show."""
    station = bench.station.set(export_register=True)

    trace = await bench.run(station, until=either(seen(DcChargeLoopReq, times=2), closed()))

    told = trace.first(DcChargeLoopRes, where=_tells_discharged_energy)
    later = trace.since(told)
    judge.any("requests that go on with the session", later.all(DcChargeLoopReq) or later.all(PowerDeliveryReq))
