"""A device is started as its profile says, takes commands, and leaves nothing behind."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from harness.core.errors import ProfileError, UnreachableError
from harness.endpoints.sut.launch import LaunchTable, launched, launched_beside

OBEDIENT = """
import os, sys
print("READY", os.environ["NETWORK_INTERFACE"], os.getpid(), flush=True)
for line in map(str.strip, sys.stdin):
    print("DONE", line, flush=True)
    if line == "plug in":
        print("SESSION over: no answer to SDP", flush=True)
    if line == "reset":
        print("READY again", flush=True)
"""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A `[launch]` table that needs no namespace."""

    command: tuple[str, ...] = (sys.executable, "{folder}/device.py")
    namespace: str = ""
    host_interface: str = "v2xh0"
    device_interface: str = "v2xd0"
    environment: dict[str, str] = msgspec.field(default_factory=lambda: {"NETWORK_INTERFACE": "{device_interface}"})
    ready: str = "^READY"
    ready_within_s: float = 20.0
    per_session: bool = False


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "device.py").write_text(OBEDIENT)
    return {"folder": str(tmp_path)}


def test_a_station_is_ready_and_can_be_switched_off_and_on(tmp_path: Path, places: dict[str, str]) -> None:
    table: LaunchTable = Table()
    with launched(table, log=tmp_path / "log", places=places) as device:
        assert device.running
        device.reset()
        assert device.log.read_text().splitlines()[1:] == ["DONE reset", "READY again"]
    assert device.log.read_text().startswith("READY v2xd0 ")
    assert not device.running


def test_an_ev_is_plugged_in_tells_how_it_went_and_is_unplugged(tmp_path: Path, places: dict[str, str]) -> None:
    with launched(Table(), log=tmp_path / "log", places=places) as device:
        device.plug_in()
        assert device.session_over() == "SESSION over: no answer to SDP"
        device.unplug()
        with pytest.raises(UnreachableError, match="SESSION over"):
            device.session_over(within=0.05)


def test_a_device_started_per_session_has_a_process_for_each(tmp_path: Path, places: dict[str, str]) -> None:
    with launched(Table(per_session=True), log=tmp_path / "log", places=places) as device:
        assert not device.running
        for _ in range(2):
            device.plug_in()
            assert device.running
        device.reset()
        device.unplug()
        assert not device.running
    started = {line.split()[2] for line in device.log.read_text().splitlines()}
    assert len(started) == 3


async def test_it_can_be_launched_beside_an_event_loop(tmp_path: Path, places: dict[str, str]) -> None:
    async with launched_beside(Table(), log=tmp_path / "log", places=places) as device:
        assert device.running
    assert not device.running


def test_an_unknown_place_is_told_before_anything_starts(tmp_path: Path) -> None:
    table = Table(command=("{pears}/bin/python",))
    with (
        pytest.raises(ProfileError, match=r"names the place pears.*device_interface, host_interface, peers"),
        launched(table, log=tmp_path / "log", places={"peers": ".peers"}),
    ):
        pytest.fail("was launched")
    assert not (tmp_path / "log").exists()


def test_braces_that_name_no_place_are_left_as_they_are(tmp_path: Path, places: dict[str, str]) -> None:
    table = Table(environment={"NETWORK_INTERFACE": '{"a":1}'})
    with launched(table, log=tmp_path / "log", places=places) as device:
        assert device.log.read_text().startswith('READY {"a":1} ')


def test_peers_that_were_not_prepared_are_told_with_what_to_do(tmp_path: Path) -> None:
    table = Table(command=("{peers}/josev/bin/python",), namespace="v2xnever")
    with (
        pytest.raises(UnreachableError, match="make peers"),
        launched(table, log=tmp_path / "log", places={"peers": str(tmp_path)}),
    ):
        pytest.fail("was launched")


def test_a_device_that_never_gets_ready_is_ended(tmp_path: Path, places: dict[str, str]) -> None:
    table = Table(ready="^NEVER", ready_within_s=0.2)
    with (
        pytest.raises(UnreachableError, match=r"did not say '\^NEVER' within 0.2 s"),
        launched(table, log=tmp_path / "log", places=places),
    ):
        pytest.fail("was launched")
    pid = (tmp_path / "log").read_text().split()[2]
    assert not Path("/proc", pid).exists()
