"""Block G: going out of service waits for a car that charges, and outlives a reboot (G03, G04)."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, conversation, ocpp_states
from harness.kit import ocpp_availability as availability
from harness.kit.ocpp_availability import CONNECTOR, EVSE, STATION, changed, restored

OUT = "Inoperative"
Evse = dict[str, int] | None


async def take_out_later(bench: Bench, judge: Judge, evse: Evse) -> None:
    """A car charges; the change comes once it has gone, and takes nothing from it."""
    trace = await bench.play(ocpp_states.charging() + changed(OUT, evse) + availability.over() + restored(evse))

    asked = availability.request(trace, OUT)
    judge.status(trace, asked, "Scheduled")
    after = availability.window(trace, asked)
    ended = [one for one in conversation.events(after) if one.payload["eventType"] == "Ended"]
    if judge.any("end of the transaction", ended):
        before = [one for one in availability.told(after.until(ended[0])) if one.of(EVSE)]
        early = [one.entry for one in before if one.state == "Unavailable"]
        stopped = [conversation.info(one, "stoppedReason") for one in ended]
        judge.silence("reports of an unavailable connector before it", early)
        judge.excludes("reason of the end", stopped[0], ("Remote", "DeAuthorized"), at=ended[0])
    availability.judge_state(judge, after, "Unavailable", evse)


async def reboot_out_of_service(bench: Bench, judge: Judge, evse: Evse) -> None:
    """It was taken out before the boot."""
    trace = await bench.play(changed(OUT, evse) + availability.rebooted() + restored(evse))

    judge.status(trace, availability.request(trace, OUT), "Accepted")
    after = availability.window(trace, availability.request(trace, OUT))
    availability.judge_state(judge, availability.booted_again(after), "Unavailable", evse)


@case(
    "TC_G_11_CS",
    "An EVSE goes out of service once the car that charges there is done",
    sut=Role.STATION,
    cites=("G03.FR.05",),
    needs=Feature.OCPP201,
)
async def test_evse_later(bench: Bench, judge: Judge) -> None:
    """The request names the EVSE."""
    await take_out_later(bench, judge, EVSE)


@case(
    "TC_G_14_CS",
    "A station goes out of service once the car that charges there is done",
    sut=Role.STATION,
    cites=("G04.FR.06",),
    needs=Feature.OCPP201,
)
async def test_station_later(bench: Bench, judge: Judge) -> None:
    """The request names nothing; connectors that are free may go at once."""
    await take_out_later(bench, judge, STATION)


@case(
    "TC_G_17_CS",
    "A connector goes out of service once the car that charges there is done",
    sut=Role.STATION,
    cites=("G03.FR.05",),
    needs=Feature.OCPP201,
)
async def test_connector_later(bench: Bench, judge: Judge) -> None:
    """The request names EVSE and connector."""
    await take_out_later(bench, judge, CONNECTOR)


@case(
    "TC_G_18_CS",
    "An EVSE that is out of service stays so over a reboot",
    sut=Role.STATION,
    cites=("G01.FR.01", "G03.FR.08"),
    needs=Feature.OCPP201,
)
async def test_evse_over_a_reboot(bench: Bench, judge: Judge) -> None:
    """The backend has the station boot at once."""
    await reboot_out_of_service(bench, judge, EVSE)


@case(
    "TC_G_19_CS",
    "A connector that is out of service stays so over a reboot",
    sut=Role.STATION,
    cites=("G03.FR.08",),
    needs=Feature.OCPP201,
)
async def test_connector_over_a_reboot(bench: Bench, judge: Judge) -> None:
    """The backend has the station boot at once."""
    await reboot_out_of_service(bench, judge, CONNECTOR)


@case(
    "TC_G_21_CS",
    "A station that is out of service stays so over a reboot",
    sut=Role.STATION,
    cites=("G04.FR.09",),
    needs=Feature.OCPP201,
)
async def test_station_over_a_reboot(bench: Bench, judge: Judge) -> None:
    """The backend has it boot at once."""
    await reboot_out_of_service(bench, judge, STATION)
