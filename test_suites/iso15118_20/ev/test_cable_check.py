"""Cable check: the EV has patience, up to a point."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, closed, either, seen
from harness.kit.reactions import departures
from harness.kit.station_preambles import For, changed
from harness.messages.iso20.common import Processing
from harness.messages.iso20.dc import DcCableCheckReq, DcCableCheckRes, DcPreChargeReq

CABLE_CHECK_LIMIT = 40.0
"""Seconds that an EV gives the whole cable check."""
SLOW_CHECK = 33.0
"""Seconds that a slow station takes for it, within the 38 s it has."""
SLACK = 2.0
"""Seconds for the request that was just on its way."""
ONGOING = changed(evse_processing=Processing.ONGOING)
NEXT = either(seen(DcPreChargeReq), closed())


@case(
    "ISO20-EV-CBL-001",
    "The EV asks again as long as the cable check goes on",
    sut=Role.EV,
    cites=("V2G20-1501",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_cable_check_is_repeated(bench: Bench, judge: Judge) -> None:
    """Five times the station says Ongoing; nothing else may begin before it says Finished."""
    trace = await bench.run(bench.station.having(cable_check_rounds=5), until=NEXT)

    told = trace.first(DcCableCheckRes, evse_processing=Processing.ONGOING)
    done = trace.all(DcCableCheckRes, evse_processing=Processing.FINISHED)
    if judge.any("requests until the check is done", done):
        asked = trace.until(done[0]).all(DcCableCheckReq)
        judge.between("requests", len(asked), 6, 80, at=asked)
        judge.any("pre-charge behind it", trace.since(done[0]).all(DcPreChargeReq))
    early = [entry for entry in trace.since(told).all(DcPreChargeReq) if not done or entry.number < done[0].number]
    judge.silence("pre-charge before that", early)


@case(
    "ISO20-EV-CBL-002",
    "A cable check that takes a station's whole time is waited for",
    sut=Role.EV,
    cites=("V2G20-1501",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_slow_cable_check(bench: Bench, judge: Judge) -> None:
    """The isolation test takes 33 s; the EV has 40 s for it."""
    station = bench.station.answering(DcCableCheckRes, For(SLOW_CHECK, ONGOING))

    trace = await bench.run(station, until=NEXT, limit=90.0)

    judge.any("pre-charge behind it", trace.since(trace.first(DcCableCheckRes)).all(DcPreChargeReq))


@case(
    "ISO20-EV-CBL-003",
    "The EV does not wait for ever on a cable check",
    sut=Role.EV,
    cites=("V2G20-1501",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_endless_cable_check(bench: Bench, judge: Judge) -> None:
    """The station says Ongoing without end."""
    trace = await bench.run(bench.station.answering(DcCableCheckRes, ONGOING), until=closed(), limit=90.0)

    first, last = trace.first(DcCableCheckReq), trace.last(DcCableCheckReq)
    judge.within("time of the last request", first, last, CABLE_CHECK_LIMIT + SLACK)
    judge.silence("pre-charge", trace.all(DcPreChargeReq))
    judge.any("the EV leaves", departures(trace, last))
