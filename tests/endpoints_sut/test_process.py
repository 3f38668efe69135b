"""A device's process: its log is read, its input written, and nothing of it stays behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from harness.core.errors import UnreachableError
from harness.endpoints.sut.process import DeviceProcess

TALKATIVE = """
import sys
print("READY device", flush=True)
for line in sys.stdin:
    print("DONE", line.strip(), flush=True)
print("input ended", flush=True)
"""

DEAF = """
import os, signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal as s; s.signal(15, s.SIG_IGN); s.pause()"])
print("READY", child.pid, flush=True)
while True:
    signal.pause()
"""


def process(script: str, tmp_path: Path, **environment: str) -> DeviceProcess:
    return DeviceProcess([sys.executable, "-c", script], environment, tmp_path / "evidence" / "device.log")


def alive(pid: int) -> bool:
    """Whether a process exists and is no zombie that nobody has waited for."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_answers_come_in_the_order_of_the_lines_told(tmp_path: Path) -> None:
    device = process(TALKATIVE, tmp_path)
    device.start()
    try:
        assert device.wait_for("^READY", 20) == "READY device"
        device.tell("plug in")
        device.tell("unplug")
        assert device.wait_for("^DONE", 20) == "DONE plug in"
        assert device.wait_for("^DONE", 20) == "DONE unplug"
    finally:
        device.stop()
    assert "input ended" in device.output() or not device.running
    assert device.log.read_text().startswith("READY device\nDONE plug in\nDONE unplug\n")


def test_what_was_said_before_is_not_waited_for_again(tmp_path: Path) -> None:
    device = process(TALKATIVE, tmp_path)
    device.start()
    try:
        device.wait_for("^READY", 20)
        with pytest.raises(UnreachableError, match=r"did not say '\^READY' within 0.1 s"):
            device.wait_for("^READY", 0.1)
    finally:
        device.stop()


def test_the_log_of_an_earlier_run_is_kept_and_not_taken_for_this_one(tmp_path: Path) -> None:
    device = process("print('READY', flush=True)", tmp_path)
    for _ in range(2):
        device.start()
        assert device.wait_for("^READY", 20) == "READY"
        device.stop()
    assert device.output() == "READY\n"
    assert device.log.read_text() == "READY\nREADY\n"


def test_an_end_before_ready_tells_the_status_and_the_last_line(tmp_path: Path) -> None:
    device = process("import sys; print('UNPREPARED no java'); sys.exit(3)", tmp_path)
    device.start()
    with pytest.raises(UnreachableError) as told:
        device.wait_for("^READY", 20)
    device.stop()
    assert "exit status 3" in told.value.what
    assert "UNPREPARED no java" in told.value.what
    assert told.value.where == str(device.log)
    assert "make peers" in told.value.do


def test_a_missing_program_is_told_with_what_to_do(tmp_path: Path) -> None:
    device = DeviceProcess([".peers/nobody/bin/python"], {}, tmp_path / "device.log")
    with pytest.raises(UnreachableError, match="make peers"):
        device.start()
    assert device.stop() is None


def test_what_ignores_sigterm_is_killed_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.endpoints.sut.process._GRACE", 0.2)
    device = process(DEAF, tmp_path)
    device.start()
    child = int(device.wait_for("^READY", 20).split()[1])
    assert alive(child)
    status = device.stop()
    assert status == -9
    assert not device.running
    # The kernel has marked the group dead by now, though init may still have to collect the child.
    for _ in range(1000):
        if not alive(child):
            break
        os.sched_yield()
    assert not alive(child)


def test_telling_what_has_ended_is_an_error(tmp_path: Path) -> None:
    device = process("print('READY', flush=True)", tmp_path)
    with pytest.raises(UnreachableError, match="cannot be told 'reset'"):
        device.tell("reset")
    device.start()
    with pytest.raises(UnreachableError, match="exit status 0"):
        device.wait_for("^never$", 20)
    with pytest.raises(UnreachableError, match="cannot be told 'reset'"):
        device.tell("reset")
    device.stop()


def test_it_sees_our_path_and_its_own_variables_but_not_our_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    script = "import os; print(sorted(n for n in os.environ if n in ('PATH', 'PYTHONPATH', 'FLAVOUR')), flush=True)"
    device = process(script, tmp_path, FLAVOUR="sweet")
    device.start()
    line = device.wait_for(r"^\[", 20)
    device.stop()
    assert line == "['FLAVOUR', 'PATH']"
