"""Block G: the backend takes a station, an EVSE or a connector out of service, and puts it back (G03, G04)."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case
from harness.kit import ocpp_availability as availability
from harness.kit.ocpp_availability import CONNECTOR, EVSE, STATION, changed, restored

OUT, BACK = "Inoperative", "Operative"
Evse = dict[str, int] | None


async def take_out(bench: Bench, judge: Judge, evse: Evse) -> None:
    """Nobody is there; it is put back in the end."""
    trace = await bench.play(changed(OUT, evse) + restored(evse))

    availability.judge_change(judge, trace, availability.request(trace, OUT), "Unavailable")


async def put_back(bench: Bench, judge: Judge, evse: Evse) -> None:
    """It was taken out before."""
    trace = await bench.play(changed(OUT, evse) + changed(BACK, evse))

    availability.judge_change(judge, trace, availability.request(trace, BACK), "Available")


async def put_back_twice(bench: Bench, judge: Judge, evse: Evse) -> None:
    """It is in service, and is put there again."""
    trace = await bench.play(changed(BACK, evse) + changed(BACK, evse))

    availability.judge_no_change(judge, trace, availability.request(trace, BACK, nth=2), "Available")


async def take_out_twice(bench: Bench, judge: Judge, evse: Evse) -> None:
    """It is out of service already."""
    trace = await bench.play(changed(OUT, evse) + changed(OUT, evse) + restored(evse))

    availability.judge_no_change(judge, trace, availability.request(trace, OUT, nth=2), "Unavailable")


@case(
    "TC_G_03_CS",
    "An EVSE that is taken out of service is told as unavailable",
    sut=Role.STATION,
    cites=("G03.FR.04", "G03.FR.06"),
    needs=Feature.OCPP201,
)
async def test_evse_out(bench: Bench, judge: Judge) -> None:
    """All of its connectors."""
    await take_out(bench, judge, EVSE)


@case(
    "TC_G_04_CS",
    "An EVSE that is put back in service is told as available",
    sut=Role.STATION,
    cites=("G03.FR.04", "G03.FR.07"),
    needs=Feature.OCPP201,
)
async def test_evse_back(bench: Bench, judge: Judge) -> None:
    """All of its connectors."""
    await put_back(bench, judge, EVSE)


@case(
    "TC_G_05_CS",
    "A station that is taken out of service tells every connector as unavailable",
    sut=Role.STATION,
    cites=("G04.FR.05", "G04.FR.07"),
    needs=Feature.OCPP201,
)
async def test_station_out(bench: Bench, judge: Judge) -> None:
    """The request names no EVSE."""
    await take_out(bench, judge, STATION)


@case(
    "TC_G_06_CS",
    "A station that is put back in service tells every connector as available",
    sut=Role.STATION,
    cites=("G04.FR.05", "G04.FR.08"),
    needs=Feature.OCPP201,
)
async def test_station_back(bench: Bench, judge: Judge) -> None:
    """The request names no EVSE."""
    await put_back(bench, judge, STATION)


@case(
    "TC_G_07_CS",
    "A connector that is taken out of service is told as unavailable",
    sut=Role.STATION,
    cites=("G03.FR.04", "G03.FR.06"),
    needs=Feature.OCPP201,
)
async def test_connector_out(bench: Bench, judge: Judge) -> None:
    """The request names EVSE and connector."""
    await take_out(bench, judge, CONNECTOR)


@case(
    "TC_G_08_CS",
    "A connector that is put back in service is told as available",
    sut=Role.STATION,
    cites=("G03.FR.04", "G03.FR.07"),
    needs=Feature.OCPP201,
)
async def test_connector_back(bench: Bench, judge: Judge) -> None:
    """The request names EVSE and connector."""
    await put_back(bench, judge, CONNECTOR)


@case(
    "TC_G_09_CS",
    "Putting an EVSE in service that is in service changes nothing and is accepted",
    sut=Role.STATION,
    cites=("G03.FR.03", "G03.FR.04"),
    needs=Feature.OCPP201,
)
async def test_evse_back_twice(bench: Bench, judge: Judge) -> None:
    """It was never taken out."""
    await put_back_twice(bench, judge, EVSE)


@case(
    "TC_G_10_CS",
    "Taking an EVSE out of service that is out of service changes nothing and is accepted",
    sut=Role.STATION,
    cites=("G03.FR.03", "G03.FR.04"),
    needs=Feature.OCPP201,
)
async def test_evse_out_twice(bench: Bench, judge: Judge) -> None:
    """The same request twice."""
    await take_out_twice(bench, judge, EVSE)


@case(
    "TC_G_12_CS",
    "Putting a station in service that is in service changes nothing and is accepted",
    sut=Role.STATION,
    cites=("G04.FR.04", "G04.FR.05"),
    needs=Feature.OCPP201,
)
async def test_station_back_twice(bench: Bench, judge: Judge) -> None:
    """It was never taken out."""
    await put_back_twice(bench, judge, STATION)


@case(
    "TC_G_13_CS",
    "Taking a station out of service that is out of service changes nothing and is accepted",
    sut=Role.STATION,
    cites=("G04.FR.04", "G04.FR.05"),
    needs=Feature.OCPP201,
)
async def test_station_out_twice(bench: Bench, judge: Judge) -> None:
    """The same request twice."""
    await take_out_twice(bench, judge, STATION)


@case(
    "TC_G_15_CS",
    "Putting a connector in service that is in service changes nothing and is accepted",
    sut=Role.STATION,
    cites=("G03.FR.03", "G03.FR.04"),
    needs=Feature.OCPP201,
)
async def test_connector_back_twice(bench: Bench, judge: Judge) -> None:
    """It was never taken out."""
    await put_back_twice(bench, judge, CONNECTOR)


@case(
    "TC_G_16_CS",
    "Taking a connector out of service that is out of service changes nothing and is accepted",
    sut=Role.STATION,
    cites=("G03.FR.03", "G03.FR.04"),
    needs=Feature.OCPP201,
)
async def test_connector_out_twice(bench: Bench, judge: Judge) -> None:
    """The same request twice."""
    await take_out_twice(bench, judge, CONNECTOR)
