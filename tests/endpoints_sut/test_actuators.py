"""Things done at a real device: the hook first, then the command line, then the person, and nobody at all."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import pty
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from harness.core.errors import NotTested, ProfileError
from harness.endpoints.operations import Operation, plug_in, present_token, reboot, send_call, unplug
from harness.endpoints.sut.actuators import Actuators, actuators
from harness.endpoints.sut.command_line import CommandLine, filled
from harness.endpoints.sut.hook import Hook
from harness.endpoints.sut.human import Human
from harness.endpoints.sut.means import Declined, Errand
from harness.messages.ocpp import Reset
from harness.profile.actuators import Actuators as Table

SAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "hook_adapter.py"


def errand(operation: Operation) -> Errand:
    return Errand(operation=operation, run="a-run", step=1)


@pytest.fixture
def sample() -> Iterator[ModuleType]:
    """The adapter of the documentation, as it stands there."""
    spec = importlib.util.spec_from_file_location("hook_adapter", SAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module


@pytest.fixture
def url(sample: ModuleType) -> Iterator[str]:
    server = sample.serve(0)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v2x"
    server.shutdown()
    server.server_close()
    thread.join()


async def test_the_sample_adapter_does_what_its_bench_can(url: str) -> None:
    hook = Hook(url)
    assert await hook.do(errand(plug_in(evse_id=2))) == "relay of EVSE 2 closed"
    with pytest.raises(Declined, match="answers with HTTP status 501"):
        await hook.do(errand(reboot()))
    with pytest.raises(Declined, match="says that it is not done: the robot holds RFID cards only"):
        await hook.do(errand(present_token("1234", "KeyCode")))


async def test_the_token_is_sent_and_told_nowhere(url: str, sample: ModuleType, tmp_path: Path) -> None:
    sample.TOKEN = "a secret"  # type: ignore[attr-defined]
    file = tmp_path / "token"
    file.write_text("a secret\n")
    hands = actuators(Table(hook=url, token_file=str(file)), attended=False)
    assert await hands.do(plug_in()) == "plug_in done by the hook: relay of EVSE 1 closed"
    wrong = tmp_path / "wrong"
    wrong.write_text("another secret\n")
    with pytest.raises(NotTested) as problem:
        await actuators(Table(hook=url, token_file=str(wrong)), attended=False).do(plug_in())
    assert "answers with HTTP status 401" in str(problem.value)
    assert "another secret" not in str(problem.value)


@pytest.mark.parametrize("content", [None, "\n"])
def test_a_token_that_is_not_there_is_told_before_anything_starts(content: str | None, tmp_path: Path) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ProfileError, match="the hook's token"):
        actuators(Table(hook="http://127.0.0.1:1/", token_file=str(file)), attended=False)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{]", "something that is no JSON"),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"done": "1"}', 'without "done": true or false'),
        (b"HTTP/1.1 204 None\r\n\r\n", "HTTP status 204"),
        (b"gibberish\r\n\r\n", "cannot be asked"),
        (b"", "cannot be asked"),
    ],
)
async def test_an_adapter_that_answers_badly_has_done_nothing(answer: bytes, told: str) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Declined) as problem:
            await Hook(f"http://127.0.0.1:{port}").do(errand(plug_in()))
    assert told in str(problem.value)


async def test_an_adapter_that_is_silent_is_given_up() -> None:
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Declined, match="did not answer within"):
            await Hook(f"http://127.0.0.1:{port}", within=0.05).do(errand(plug_in()))


async def test_a_command_gets_the_values_of_its_operation(tmp_path: Path) -> None:
    said = tmp_path / "said"
    script = "import sys; open(sys.argv[1], 'w').write('|'.join(sys.argv[2:])); print('plugged')"
    line = CommandLine({"plug_in": (sys.executable, "-c", script, str(said), "{evse_id}", "{draws}", "{run}/{step}")})
    assert await line.do(errand(plug_in(evse_id=3))) == "plugged"
    assert said.read_text() == "3|true|a-run/1"


def test_a_request_for_a_backend_is_handed_over_as_json() -> None:
    call = send_call(Reset(type="Immediate"), "CS-1")
    command = filled(("tell", "{station_id}", "{action}", "{payload}"), errand(call))
    assert command[:3] == ["tell", "CS-1", "Reset"]
    assert json.loads(command[3]) == {"type": "Immediate"}


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("/nowhere/plug",), "cannot start /nowhere/plug"),
        ((sys.executable, "-c", "print('no relay'); raise SystemExit(3)"), "which ended with 3: no relay"),
        ((sys.executable, "-c", "input()", "{soc}"), "wants {soc} for plug_in, which has draws, evse_id, run"),
        ((sys.executable, "-c", "import signal; signal.pause()"), "which did not end within 0.3 s"),
    ],
)
async def test_a_command_that_did_not_do_it(command: tuple[str, ...], told: str) -> None:
    with pytest.raises(Declined) as problem:
        await CommandLine({"plug_in": command}, within=0.3).do(errand(plug_in()))
    assert told in str(problem.value)


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    """A terminal: the side of the person, and the name of the other side."""
    person, other = pty.openpty()
    yield person, os.ttyname(other)
    os.close(other)
    os.close(person)


async def answered(person: int, name: str, said: bytes) -> str:
    """What becomes of a question that a person answers so, once it was read."""
    asked = asyncio.create_task(Human(attended=True, within=5.0, terminal=name).do(errand(unplug())))
    loop, seen = asyncio.get_running_loop(), asyncio.Event()
    shown = bytearray()

    def read() -> None:
        shown.extend(os.read(person, 1024))
        if b"from now." in shown:
            seen.set()

    loop.add_reader(person, read)
    await seen.wait()
    loop.remove_reader(person)
    assert b"Unplug the car from EVSE 1." in shown
    os.write(person, said)
    return await asked


async def test_a_person_is_asked_and_says_that_it_is_done(terminal: tuple[int, str]) -> None:
    assert await answered(*terminal, b"\n") == ""
    assert await answered(*terminal, b"took a while\n") == "took a while"


async def test_a_person_may_say_that_it_cannot_be_done(terminal: tuple[int, str]) -> None:
    with pytest.raises(Declined, match="says that it cannot be done: it is stuck"):
        await answered(*terminal, b"n it is stuck\n")


async def test_a_person_has_so_much_time_and_no_more(terminal: tuple[int, str]) -> None:
    with pytest.raises(Declined, match=r"did not say within 0\.05 s"):
        await Human(attended=True, within=0.05, terminal=terminal[1]).do(errand(unplug()))


async def test_nobody_is_asked_where_nobody_is() -> None:
    with pytest.raises(Declined, match="unattended"):
        await Human(attended=False).do(errand(unplug()))
    with pytest.raises(Declined, match="there is no terminal"):
        await Human(attended=True, terminal="/nowhere/tty").do(errand(unplug()))


async def test_one_means_after_the_other_is_tried(url: str) -> None:
    table = Table(hook=url, commands={"reboot": (sys.executable, "-c", "pass")}, human=True)
    hands = actuators(table, attended=False, run="a-run")
    assert await hands.do(reboot()) == "reboot done by the command line"
    with pytest.raises(NotTested) as problem:
        await hands.do(unplug())
    assert str(problem.value) == (
        "nobody could do this: Unplug the car from EVSE 1. (the hook answers with HTTP status 501; "
        "the command line has no command for unplug; the person beside the device is not asked: the run is unattended)"
    )


async def test_a_device_without_means_is_told_so() -> None:
    with pytest.raises(NotTested, match=r"the device profile has no \[actuators\]"):
        await Actuators(()).do(plug_in())
