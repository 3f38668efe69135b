"""Against the PyPI package `ocpp` on loopback: its station at our backend, our station at its backend."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest
import websockets
from ocpp import routing
from ocpp.v201 import ChargePoint, call, call_result
from ocpp.v201.datatypes import (
    ChargingNeedsType,
    ChargingProfileType,
    ChargingSchedulePeriodType,
    ChargingScheduleType,
    ChargingStationType,
    DCChargingParametersType,
    EVSEType,
    IdTokenInfoType,
    IdTokenType,
    TransactionType,
)

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.endpoints.csms.profiles import ProfilePolicy
from harness.endpoints.station.ocpp.link import BackendLink
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.quantities import Needs
from harness.endpoints.station.station import Station
from harness.messages import ocpp
from harness.messages.ocpp import Kind
from harness.messages.ocpp_time import timestamp
from harness.trace.recorder import Recorder
from harness.transports.clock import running_clock
from harness.transports.network import SocketNetwork

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

HOST = "127.0.0.1"
NOW = "2026-01-01T00:00:00Z"
NEEDS = Needs(max_charge_current=120.0, max_voltage=800.0, target_energy=30_000.0, departure_time=7200.0)


Handler = TypeVar("Handler")


def on(action: str) -> Callable[[Handler], Handler]:
    """The package's decorator for an answer, typed."""
    return cast("Callable[[Handler], Handler]", routing.on(action))


def after(action: str) -> Callable[[Handler], Handler]:
    """The package's decorator for what follows an answer, typed."""
    return cast("Callable[[Handler], Handler]", routing.after(action))


class ForeignStation(ChargePoint):  # type: ignore[misc]
    """A station made with the package."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.profiles: list[Any] = []

    @on("SetChargingProfile")
    def on_profile(self, charging_profile: Any, **_: Any) -> Any:
        self.profiles.append(charging_profile)
        return call_result.SetChargingProfile(status="Accepted")


@asynccontextmanager
async def our_backend(csms: Csms) -> AsyncIterator[tuple[CsmsEndpoint, Recorder]]:
    network, clock, recorder = SocketNetwork(), running_clock(), Recorder(Role.STATION)
    endpoint = CsmsEndpoint(csms, network, clock, recorder, host=HOST)
    await endpoint.open()
    running = asyncio.create_task(endpoint.run())
    yield endpoint, recorder
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await network.close()


@asynccontextmanager
async def foreign_station(url: str) -> AsyncIterator[ForeignStation]:
    async with websockets.connect(f"{url}/CP-1", subprotocols=["ocpp2.0.1"]) as socket:  # type: ignore[list-item]
        station = ForeignStation("CP-1", socket)
        running = asyncio.create_task(station.start())
        yield station
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def event(number: int, kind: str, trigger: str, **more: Any) -> Any:
    return call.TransactionEvent(
        event_type=kind,
        timestamp=NOW,
        trigger_reason=trigger,
        seq_no=number,
        transaction_info=TransactionType(transaction_id="T-1"),
        evse=EVSEType(id=1, connector_id=1),
        **more,
    )


async def test_its_station_at_our_backend() -> None:
    csms = Csms(accepted_tokens=("GOOD",), profile=ProfilePolicy(periods=((0, 8_100.5), (60, 0.0))))
    async with our_backend(csms) as (backend, recorder), foreign_station(backend.url) as station:
        about = ChargingStationType(model="m", vendor_name="v")
        boot = await station.call(call.BootNotification(charging_station=about, reason="PowerUp"))
        assert boot.status == "Accepted"
        good = await station.call(call.Authorize(id_token=IdTokenType(id_token="GOOD", type="Central")))
        bad = await station.call(call.Authorize(id_token=IdTokenType(id_token="BAD", type="Central")))
        assert (good.id_token_info["status"], bad.id_token_info["status"]) == ("Accepted", "Invalid")
        token = IdTokenType(id_token="GOOD", type="Central")
        started = await station.call(event(0, "Started", "CablePluggedIn", id_token=token))
        assert started.id_token_info["status"] == "Accepted"
        parameters = DCChargingParametersType(ev_max_current=100, ev_max_voltage=800)
        needs = ChargingNeedsType(requested_energy_transfer="DC", dc_charging_parameters=parameters)
        answer = await station.call(call.NotifyEVChargingNeeds(evse_id=1, charging_needs=needs))
        assert answer.status == "Accepted"
        await station.call(event(1, "Ended", "StopAuthorized"))
        while not station.profiles:
            await station.call(call.Heartbeat())

    limits = [period["limit"] for period in station.profiles[0]["charging_schedule"][0]["charging_schedule_period"]]
    assert limits == [8_100.5, 0.0]
    known = backend.known["CP-1"]
    assert known.transactions["T-1"].complete
    trace = recorder.trace()
    answers = [one.message for one in trace if getattr(one.message, "kind", None) is Kind.RESPONSE]
    assert all(answer.problems() == () for answer in answers)
    assert trace.one(ocpp.SetChargingProfile.response).payload == {"status": "Accepted"}


class ForeignBackend(ChargePoint):  # type: ignore[misc]
    """A backend made with the package."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.transaction_id = ""
        self.profile_status = ""
        self.stop_status = ""

    @on("BootNotification")
    def on_boot(self, **said: Any) -> Any:
        self.heard.append(("BootNotification", said))
        return call_result.BootNotification(
            current_time=timestamp(running_clock().now()), interval=60, status="Accepted"
        )

    @on("StatusNotification")
    def on_status(self, **said: Any) -> Any:
        self.heard.append(("StatusNotification", said))
        return call_result.StatusNotification()

    @on("SecurityEventNotification")
    def on_security_event(self, **said: Any) -> Any:
        self.heard.append(("SecurityEventNotification", said))
        return call_result.SecurityEventNotification()

    @on("Authorize")
    def on_authorize(self, **said: Any) -> Any:
        self.heard.append(("Authorize", said))
        return call_result.Authorize(id_token_info=IdTokenInfoType(status="Accepted"))

    @on("TransactionEvent")
    def on_event(self, **said: Any) -> Any:
        self.heard.append(("TransactionEvent", said))
        self.transaction_id = said["transaction_info"]["transaction_id"]
        return call_result.TransactionEvent()

    @on("NotifyEVChargingNeeds")
    def on_needs(self, **said: Any) -> Any:
        self.heard.append(("NotifyEVChargingNeeds", said))
        return call_result.NotifyEVChargingNeeds(status="Accepted")

    @on("NotifyEVChargingSchedule")
    def on_schedule(self, **said: Any) -> Any:
        self.heard.append(("NotifyEVChargingSchedule", said))
        return call_result.NotifyEVChargingSchedule(status="Accepted")

    @after("NotifyEVChargingNeeds")
    async def set_profile(self, **_: Any) -> None:
        schedule = ChargingScheduleType(
            id=1,
            charging_rate_unit="A",
            charging_schedule_period=[ChargingSchedulePeriodType(start_period=0, limit=12.5)],
        )
        profile = ChargingProfileType(
            id=1,
            stack_level=0,
            charging_profile_purpose="TxProfile",
            charging_profile_kind="Relative",
            charging_schedule=[schedule],
            transaction_id=self.transaction_id,
        )
        answer = await self.call(call.SetChargingProfile(evse_id=1, charging_profile=profile))
        self.profile_status = answer.status
        stop = await self.call(call.RequestStopTransaction(transaction_id=self.transaction_id))
        self.stop_status = stop.status


async def test_our_station_at_its_backend() -> None:
    backends: list[ForeignBackend] = []

    async def serve(socket: Any) -> None:
        backend = ForeignBackend("V2X-STATION-1", socket)
        backends.append(backend)
        await asyncio.gather(backend.start(), return_exceptions=True)

    clock, network, recorder = running_clock(), SocketNetwork(), Recorder(Role.CSMS)
    station = Station().set(authorisation_delay=0.05)
    plant = Plant(station.settings)
    async with websockets.serve(serve, HOST, 0, subprotocols=["ocpp2.0.1"]) as server:  # type: ignore[list-item]
        port = next(iter(server.sockets)).getsockname()[1]
        link = BackendLink(station, plant, network, clock, recorder, url=f"ws://{HOST}:{port}")
        running = asyncio.create_task(link.run())
        await session(plant, link, backends)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await network.close()

    (backend,) = backends
    assert [action for action, _ in backend.heard[:3]] == [
        "BootNotification",
        "StatusNotification",
        "SecurityEventNotification",
    ]
    events = [said for action, said in backend.heard if action == "TransactionEvent"]
    assert [one["seq_no"] for one in events] == list(range(len(events)))
    assert [one["event_type"] for one in events] == ["Started", *["Updated"] * (len(events) - 2), "Ended"]
    assert events[-1]["trigger_reason"] == "RemoteStop"
    assert (backend.profile_status, backend.stop_status) == ("Accepted", "Accepted")
    assert not [one for one in recorder.trace() if getattr(one.message, "kind", None) is Kind.ERROR]


async def session(plant: Plant, link: BackendLink, backends: list[ForeignBackend]) -> None:
    """Plug in, charge until the backend has set a limit and asked for an end, leave."""
    clock = running_clock()

    async def until(reached: Any) -> None:
        limit = clock.now() + 10
        while not reached():
            if clock.now() > limit:
                pytest.fail("the backend did not go on within 10 s")
            await clock.wait_until(clock.now() + 0.01)

    await until(lambda: link.session.registration == "Accepted")
    plant.ev_connected_hlc("WMIV2XEV0001", clock.now())
    plant.authorisation_wanted(clock.now())
    await until(lambda: plant.authorisation == "accepted")
    plant.needs_given(NEEDS, clock.now())
    await until(lambda: plant.limits(clock.now()).max_charge_current == 12.5)
    plant.energy_started(clock.now())
    plant.advance(clock.now(), 400.0, 12.5)
    await until(lambda: plant.notification(clock.now()) == "terminate")
    plant.session_stopped("terminate", clock.now())
    await until(lambda: backends[0].heard[-1][1].get("event_type") == "Ended")
    await until(lambda: link.session.kept == 0)
