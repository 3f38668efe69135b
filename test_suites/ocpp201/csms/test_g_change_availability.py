"""Block G: a backend takes stations, EVSEs and connectors out of service, and puts them back (G03, G04)."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, ocpp_states
from harness.kit import ocpp_availability as availability
from harness.kit.ocpp_availability import CONNECTOR, EVSE, STATION, changed, restored
from harness.messages.ocpp import ChangeAvailability

OUT, BACK = "Inoperative", "Operative"
Evse = dict[str, int] | None


def judge_the_request(judge: Judge, trace: Trace, to: str, evse: Evse) -> None:
    """The backend asks for this change of just this, and takes what the station tells of it."""
    asked = trace.first(ChangeAvailability, operationalStatus=to)
    judge.equal("what is to change", asked.payload.get("evse"), evse, at=asked)
    reports = [one.entry for one in availability.told(availability.window(trace, asked))]
    if judge.any("reports of the connector", reports):
        judge.every("answers to them", reports, lambda entry: conversation.taken(trace, entry), "none, or an error")


async def take_out(bench: Bench, judge: Judge, evse: Evse) -> None:
    """The operator takes it out of service; nobody is there."""
    trace = await bench.play(changed(OUT, evse) + restored(evse))

    judge.equal("first change", trace.first(ChangeAvailability).payload.get("operationalStatus"), OUT)
    judge_the_request(judge, trace, OUT, evse)


async def put_back(bench: Bench, judge: Judge, evse: Evse) -> None:
    """The operator puts it back in service."""
    trace = await bench.play(changed(OUT, evse) + changed(BACK, evse))

    judge.equal("last change", trace.last(ChangeAvailability).payload.get("operationalStatus"), BACK)
    judge_the_request(judge, trace, BACK, evse)


async def take_out_later(bench: Bench, judge: Judge, evse: Evse) -> None:
    """A car charges: our station answers that the change has to wait, and makes it once the car has gone."""
    trace = await bench.play(ocpp_states.charging() + changed(OUT, evse) + availability.over() + restored(evse))

    asked = trace.first(ChangeAvailability)
    judge.equal("change", asked.payload.get("operationalStatus"), OUT, at=asked)
    judge.equal("answer of our station", trace.answer_to(asked).payload["status"], "Scheduled")
    events = conversation.events(trace.since(asked))
    judge.every("answers to events", events, lambda entry: conversation.taken(trace, entry), "none, or an error")
    judge_the_request(judge, trace, OUT, evse)


@case(
    "TC_G_03_CSMS",
    "A backend takes an EVSE out of service as its operator wants",
    sut=Role.CSMS,
    cites=("G03.FR.06",),
    needs=Feature.OCPP201,
)
async def test_evse_out(bench: Bench, judge: Judge) -> None:
    """The request names the EVSE and no connector."""
    await take_out(bench, judge, EVSE)


@case(
    "TC_G_04_CSMS",
    "A backend puts an EVSE back in service as its operator wants",
    sut=Role.CSMS,
    cites=("G03.FR.07",),
    needs=Feature.OCPP201,
)
async def test_evse_back(bench: Bench, judge: Judge) -> None:
    """The request names the EVSE and no connector."""
    await put_back(bench, judge, EVSE)


@case(
    "TC_G_05_CSMS",
    "A backend takes a station out of service as its operator wants",
    sut=Role.CSMS,
    cites=("G04.FR.07",),
    needs=Feature.OCPP201,
)
async def test_station_out(bench: Bench, judge: Judge) -> None:
    """The request names no EVSE."""
    await take_out(bench, judge, STATION)


@case(
    "TC_G_06_CSMS",
    "A backend puts a station back in service as its operator wants",
    sut=Role.CSMS,
    cites=("G04.FR.08",),
    needs=Feature.OCPP201,
)
async def test_station_back(bench: Bench, judge: Judge) -> None:
    """The request names no EVSE."""
    await put_back(bench, judge, STATION)


@case(
    "TC_G_07_CSMS",
    "A backend takes a connector out of service as its operator wants",
    sut=Role.CSMS,
    cites=("G03.FR.06",),
    needs=Feature.OCPP201,
)
async def test_connector_out(bench: Bench, judge: Judge) -> None:
    """The request names EVSE and connector."""
    await take_out(bench, judge, CONNECTOR)


@case(
    "TC_G_08_CSMS",
    "A backend puts a connector back in service as its operator wants",
    sut=Role.CSMS,
    cites=("G03.FR.07",),
    needs=Feature.OCPP201,
)
async def test_connector_back(bench: Bench, judge: Judge) -> None:
    """The request names EVSE and connector."""
    await put_back(bench, judge, CONNECTOR)


@case(
    "TC_G_11_CSMS",
    "A backend takes note that an EVSE goes out of service later",
    sut=Role.CSMS,
    cites=("G03.FR.05",),
    needs=Feature.OCPP201,
)
async def test_evse_later(bench: Bench, judge: Judge) -> None:
    """The request names the EVSE and no connector."""
    await take_out_later(bench, judge, EVSE)


@case(
    "TC_G_14_CSMS",
    "A backend takes note that a station goes out of service later",
    sut=Role.CSMS,
    cites=("G04.FR.06",),
    needs=Feature.OCPP201,
)
async def test_station_later(bench: Bench, judge: Judge) -> None:
    """The request names no EVSE."""
    await take_out_later(bench, judge, STATION)


@case(
    "TC_G_17_CSMS",
    "A backend takes note that a connector goes out of service later",
    sut=Role.CSMS,
    cites=("G03.FR.05",),
    needs=Feature.OCPP201,
)
async def test_connector_later(bench: Bench, judge: Judge) -> None:
    """The request names EVSE and connector."""
    await take_out_later(bench, judge, CONNECTOR)
