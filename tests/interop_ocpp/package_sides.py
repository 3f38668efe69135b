"""A station and a backend made with the PyPI package `ocpp`, to be put under test within the loop of a case."""

from __future__ import annotations

import asyncio
import importlib.util
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import websockets
from msgspec.structs import replace
from ocpp import routing
from ocpp.v201 import ChargePoint, call, call_result

from harness.core.case import Role
from harness.endpoints.operations import Operation
from harness.kit.case import case_of
from harness.kit.judge import Judge
from harness.kit.workshop import Workshop
from harness.messages.ocpp_time import timestamp
from harness.profile.device import Connection
from harness.profile.load import load_device
from harness.runner.execute import Runnable
from harness.runner.outcome import Outcome, conclude
from harness.trace.trace import Trace
from harness.transports.clock import run, running_clock

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
BACK_OFF = 5.0
Handler = TypeVar("Handler")


def on(action: str) -> Callable[[Handler], Handler]:
    """The package's decorator for an answer, typed."""
    return cast("Callable[[Handler], Handler]", routing.on(action))


def after(action: str) -> Callable[[Handler], Handler]:
    """The package's decorator for what follows an answer, typed."""
    return cast("Callable[[Handler], Handler]", routing.after(action))


class PackageBackend(ChargePoint):  # type: ignore[misc]
    """A backend as the documentation of the package has it."""

    @on("BootNotification")
    def boot(self, **_: Any) -> Any:
        return call_result.BootNotification(current_time=now(), interval=30, status="Accepted")

    @on("Heartbeat")
    def heartbeat(self, **_: Any) -> Any:
        return call_result.Heartbeat(current_time=now())

    @on("StatusNotification")
    def status(self, **_: Any) -> Any:
        return call_result.StatusNotification()

    @on("SecurityEventNotification")
    def security_event(self, **_: Any) -> Any:
        return call_result.SecurityEventNotification()

    @on("MeterValues")
    def meter_values(self, **_: Any) -> Any:
        return call_result.MeterValues()


class PackageStation(ChargePoint):  # type: ignore[misc]
    """A station as the documentation of the package has it."""

    @on("GetVariables")
    def get_variables(self, get_variable_data: Any, **_: Any) -> Any:
        results = [{**asked, "attribute_status": "Accepted", "attribute_value": "300"} for asked in get_variable_data]
        return call_result.GetVariables(get_variable_result=results)

    @on("GetLocalListVersion")
    def list_version(self, **_: Any) -> Any:
        return call_result.GetLocalListVersion(version_number=0)

    @on("TriggerMessage")
    def trigger(self, **_: Any) -> Any:
        return call_result.TriggerMessage(status="Accepted")

    @after("TriggerMessage")
    async def triggered(self, **_: Any) -> None:
        await self.call(call.Heartbeat())

    async def introduce(self) -> None:
        about = {"model": "m", "vendor_name": "v"}
        await self.call(call.BootNotification(charging_station=about, reason="PowerUp"))
        await self.call(
            call.StatusNotification(timestamp=now(), connector_status="Available", evse_id=1, connector_id=1)
        )


class Operator:
    """Tells the package's backend what to ask of its station, in the place of a person or an adapter."""

    def __init__(self) -> None:
        self.backends: list[PackageBackend] = []
        self.asking: set[asyncio.Task[Any]] = set()

    async def do(self, operation: Operation) -> str:
        """Let it read variables, which is all that is asked here; an odd answer is its own affair."""
        assert operation.arguments["action"] == "GetVariables"
        wanted = call.GetVariables(get_variable_data=operation.arguments["payload"]["getVariableData"])
        task = asyncio.create_task(self.ask(wanted))
        self.asking.add(task)
        task.add_done_callback(self.asking.discard)
        return "told"

    async def ask(self, wanted: Any) -> None:
        with suppress(Exception):
            await self.backends[-1].call(wanted)


def now() -> str:
    """This moment as OCPP writes it."""
    return timestamp(running_clock().now())


@asynccontextmanager
async def backend_at(port: int, operator: Operator) -> AsyncIterator[None]:
    """The package's backend, listening."""

    async def serve(connection: Any) -> None:
        operator.backends.append(PackageBackend("CS", connection))
        with suppress(Exception):
            await operator.backends[-1].start()

    async with websockets.serve(serve, HOST, port, subprotocols=["ocpp2.0.1"]):  # type: ignore[list-item]
        yield


@asynccontextmanager
async def station_to(port: int) -> AsyncIterator[None]:
    """The package's station, which connects as often as it must."""

    async def live() -> None:
        url, clock = f"ws://{HOST}:{port}/ocpp/CP-1", running_clock()
        while True:
            with suppress(OSError, websockets.WebSocketException, asyncio.TimeoutError):
                async with websockets.connect(url, subprotocols=["ocpp2.0.1"]) as connection:  # type: ignore[list-item]
                    station = PackageStation("CP-1", connection)
                    introducing = asyncio.create_task(station.introduce())
                    try:
                        await station.start()
                    finally:
                        introducing.cancel()
                        await asyncio.gather(introducing, return_exceptions=True)
            await clock.wait_until(clock.now() + BACK_OFF)

    living = asyncio.create_task(live())
    yield
    living.cancel()
    await asyncio.gather(living, return_exceptions=True)


@cache
def free_port() -> int:
    """A port that nobody holds."""
    with socket.socket() as asking:
        asking.bind((HOST, 0))
        port: int = asking.getsockname()[1]
    return port


@cache
def workshop(role: Role) -> Workshop:
    """What makes benches around a device of the package."""
    name = "emulated-csms" if role is Role.CSMS else "emulated-station"
    device = load_device(ROOT / "profiles" / "devices" / f"{name}.toml")
    terms: dict[str, Any] = {"csms_url": f"ws://{HOST}:{free_port()}"} if role is Role.CSMS else {}
    connection = Connection(kind="network", csms_port=0 if role is Role.CSMS else free_port(), **terms)
    return Workshop((replace(device, connection=connection, parameters={}),))


@cache
def runnables(role: Role) -> dict[str, Runnable]:
    """The RPC cases of a role by id, variants apart."""
    path = ROOT / "test_suites" / "ocpp201" / role.value / "test_rpc.py"
    spec = importlib.util.spec_from_file_location(f"rpc_on_package_{role.value}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, Runnable] = {}
    for function in vars(module).values():
        marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
        for name, value in ((mark.args[0], value) for mark in marks for value in mark.args[1]):
            case = case_of(function, str(value))
            if case is not None:
                found[case.id] = Runnable(case=case, function=function, parameters={name: value})
        if not marks and (case := case_of(function)) is not None:
            found[case.id] = Runnable(case=case, function=function)
    return found


def tried(role: Role, case_id: str) -> Outcome:
    """A case with the package under test, in virtual time."""
    return tried_with_traces(role, case_id)[0]


def tried_with_traces(role: Role, case_id: str) -> tuple[Outcome, list[Trace]]:
    """The same, and what was seen in each of its runs."""
    runnable = runnables(role)[case_id]
    judge, bench, operator = Judge(runnable.case.cites), workshop(role).bench(role), Operator()
    bench._stage.hands = operator

    async def attempt() -> BaseException | None:
        beside = backend_at(free_port(), operator) if role is Role.CSMS else station_to(free_port())
        async with beside:
            try:
                await runnable.function(bench=bench, judge=judge, **runnable.parameters)
            except Exception as error:  # noqa: BLE001 - as the runner does
                return error
        return None

    error = run(attempt(), virtual=True)
    outcome = conclude(runnable.case, judge, bench.traces, error, control=None, unstruck=bench.unstruck)
    return outcome, bench.traces
