"""The cable check: it goes on for a while, and it ends."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, answered, case
from harness.messages.iso20.common import Processing, ResponseCode
from harness.messages.iso20.dc import DcCableCheckRes, DcPreChargeRes

LIMIT = 40.0
"""Seconds that an EV gives the cable check."""
DONE = answered(DcCableCheckRes, evse_processing=Processing.FINISHED)


@case(
    "ISO20-STN-CBL-001",
    "The cable check goes on with OK and ends with Finished",
    sut=Role.STATION,
    cites=("V2G20-2122",),
    needs=Feature.ISO20_DC,
)
async def test_cable_check_ends_well(bench: Bench, judge: Judge) -> None:
    """The EV asks again for as long as the station says Ongoing; then the station must be ready for pre-charge."""
    trace = await bench.run(bench.ev, until=answered(DcPreChargeRes))

    judge.every(
        "response code OK",
        trace.all(DcCableCheckRes),
        lambda entry: entry.message.response_code is ResponseCode.OK,
        "another code",
    )
    last = trace.last(DcCableCheckRes)
    judge.equal("processing at last", last.message.evse_processing, Processing.FINISHED, at=last)
    for entry in trace.all(DcPreChargeRes):
        judge.equal("pre-charge behind it", entry.message.response_code, ResponseCode.OK, at=entry)


@case(
    "ISO20-STN-CBL-002",
    "The cable check is over before the EV loses patience",
    sut=Role.STATION,
    cites=("V2G20-435", "V2G20-1502"),
    needs=Feature.ISO20_DC,
)
async def test_cable_check_ends_in_time(bench: Bench, judge: Judge) -> None:
    """The EV has all the time in the world, and measures how long it takes."""
    trace = await bench.run(bench.ev.having(patient=True), until=DONE, limit=LIMIT + 20)

    begin, end = trace.first(DcCableCheckRes), trace.last(DcCableCheckRes)
    judge.report("duration of the cable check", round(end.at - begin.at, 3), "s", limit="<= 40 s", at=(begin, end))
    waits = trace.all(DcCableCheckRes, evse_processing=Processing.ONGOING)
    judge.silence("Ongoing after 40 s", [one for one in waits if one.at - begin.at > LIMIT])
    judge.equal("processing at last", end.message.evse_processing, Processing.FINISHED, at=end)
