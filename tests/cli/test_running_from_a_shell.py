"""`v2x` and plain pytest as somebody types them: what is printed, and what the exit code says."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import Struct

from harness.cli.main import main
from harness.runner.data import data_folder
from harness.store.reader import RunReader
from harness.store.run import exit_code

ROOT = Path(__file__).resolve().parents[2]
STATION = (data_folder("profiles") / "devices" / "dc-charger.toml").read_text()


class Done(Struct, frozen=True):
    """What came of a command."""

    returncode: int
    stdout: str
    stderr: str


Typed = Callable[..., Done]


@pytest.fixture
def v2x(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """The command as it is typed in an empty folder, in this process for the sake of speed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def typed(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["v2x", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return Done(int(ended.value.code or 0), told.out, told.err)

    return typed


def _shell(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    known = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=cwd, env=known, capture_output=True, text=True, check=False, timeout=120)


def device(tmp_path: Path, *changes: tuple[str, str], more: str = "") -> str:
    text = STATION
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    if 'role = "station"' not in text:
        # What a station claims of OCPP is not for another role.
        head, table, _ = text.partition("[ocpp]")
        text = head if 'role = "ev"' in text else f'{head}{table}\nversions = ["2.0.1"]\nprofiles = []\n'
    path = tmp_path / "mine.toml"
    path.write_text(text + more)
    return str(path)


NETWORK = ('kind = "emulated"', 'kind = "network"\ninterface = "lo"')


def test_the_command_is_a_program(tmp_path: Path) -> None:
    done = _shell("-m", "harness.cli.main", "run", "--device", "nobody", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("v2x: there is no profile 'nobody' in devices")


def test_a_bug_of_ours_accuses_nobody(v2x: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("harness.cli.run.make_options", broken)
    done = v2x("run", "--trio")
    assert done.returncode == 2
    assert "ZeroDivisionError: a bug" in done.stderr
    assert done.stderr.endswith("v2x: the harness failed; this says nothing about the device\n")


def test_a_good_device_conforms_and_the_report_is_named(v2x: Typed, tmp_path: Path) -> None:
    done = v2x("run", "--device", "emulated-station", "--only", "ISO20-STN-SAP-001")
    assert done.returncode == 0, done.stderr
    assert "PASS           ISO20-STN-SAP-001" in done.stdout
    assert "conforms to everything that was asked" in done.stdout
    (folder,) = (tmp_path / "reports").iterdir()
    assert f"report: reports/{folder.name}/report.html" in done.stdout
    assert (folder / "report.html").exists()
    run = RunReader.verified(folder)
    assert run.header.command.endswith("run --device emulated-station --only ISO20-STN-SAP-001")
    assert not done.stderr


def test_a_station_under_test_is_met_by_a_personality(v2x: Typed, tmp_path: Path) -> None:
    done = v2x("run", "--device", "ac-wallbox", "--beside", "city-car", "--only", "TLS-STN-005")
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "reports").iterdir()
    assert RunReader.verified(folder).header.command.endswith("--beside city-car --only TLS-STN-005")
    refused = v2x("run", "--device", "ac-wallbox", "--beside", "dc-suv")
    assert refused.returncode == 2
    assert "does not fit ac-wallbox: no common protocol" in refused.stderr


def test_a_plan_for_a_personality_leaves_out_what_it_cannot(v2x: Typed) -> None:
    done = v2x("plan", "--device", "city-car")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert any(line.endswith(": runs") for line in lines)
    assert any("not applicable: the device does not claim iso20_dc" in line for line in lines)
    assert not any(line.startswith("ISO20-EV-PRE") and line.endswith(": runs") for line in lines)


def test_a_stored_run_can_be_judged_and_checked_again(v2x: Typed, tmp_path: Path) -> None:
    first = v2x("run", "--device", "emulated-station", "--only", "ISO20-STN-SAP-001", "--reports", "a")
    assert first.returncode == 0
    (folder,) = (tmp_path / "a").iterdir()
    again = v2x("rejudge", str(folder), "--reports", "b")
    assert again.returncode == 0, again.stderr
    (rejudged,) = (tmp_path / "b").iterdir()
    assert RunReader.verified(rejudged).counted.keys() == RunReader.verified(folder).counted.keys()
    (trace,) = folder.rglob("*SAP-001*/**/trace.jsonl")
    checked = v2x("check", str(trace))
    assert checked.returncode == 0
    assert "PASS     RULE-V2G-ALTERNATION" in checked.stdout
    nobody = v2x("check", str(trace), "--subject", "csms")
    assert nobody.returncode in {0, 3}
    assert v2x("report", str(folder)).stdout.count("report.") >= 2
    trace.write_text(trace.read_text().replace("SessionSetup", "SessionSetups", 1) + "\n")
    broken = v2x("rejudge", str(folder))
    assert broken.returncode == 2
    assert broken.stderr.startswith("v2x: ")


def test_a_plan_says_why_not(v2x: Typed, tmp_path: Path) -> None:
    mine = device(tmp_path, ("pause = true", "pause = false"))
    done = v2x("plan", "--device", mine, "--only", "RES-STN", "--only", "ISO20-STN-SAP")
    assert done.returncode == 0, done.stderr
    assert "ISO20-STN-SAP-001" in done.stdout
    assert "not applicable: the device does not claim pause: pauses and resumes" in done.stdout
    assert list(tmp_path.iterdir()) == [Path(mine)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("run", "--device", "nobody"),
            "v2x: there is no profile 'nobody' in devices (name a file, or one of: ac-wallbox",
        ),
        (("run", "--trio", "--programme", "none"), "v2x: there is no profile 'none' in programmes"),
        (("run", "--device", "nowhere.toml"), "v2x: nowhere.toml: cannot be read"),
        (("run", "--trio", "--only", "XYZ"), "v2x: interoperability: no case of the programme"),
        (("rejudge", "nowhere"), "run.jsonl cannot be read"),
        (("check", "nowhere.jsonl"), "v2x: "),
        (("check", "capture.pcapng"), "captures of other programs cannot be read yet"),
        (("report", "nowhere"), "v2x: "),
        (("run",), "name a --device, or take --trio"),
        (("run", "--trio", "--attempts", "0"), "--attempts"),
    ],
)
def test_what_a_user_can_put_right_is_one_sentence_and_exit_2(
    v2x: Typed, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    done = v2x(*words)
    assert done.returncode == 2, done.stdout + done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "reports").exists()


def test_an_unanswered_feature_is_told_before_anything_starts(v2x: Typed, tmp_path: Path) -> None:
    mine = device(tmp_path, ("pause = true\n", ""))
    done = v2x("run", "--device", mine)
    assert (done.returncode, done.stdout.count("PASS")) == (2, 0)
    assert "table [features] does not answer: pause (pauses and resumes" in done.stderr


def test_a_backend_that_is_not_there(v2x: Typed, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET6) as free:
        free.bind(("::1", 0))
        url = f'csms_url = "ws://[::1]:{free.getsockname()[1]}/ocpp"'
        mine = device(
            tmp_path, ('role = "station"', 'role = "csms"'), ('kind = "emulated"', f'kind = "network"\n{url}')
        )
        done = v2x("run", "--device", mine)
    assert done.returncode == 2
    assert "cannot connect to [::1]:" in done.stderr
    assert "Connection refused" in done.stderr
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("url", ["", "http://x", "ws:///path"])
def test_a_backend_without_an_address(v2x: Typed, tmp_path: Path, url: str) -> None:
    change = ('kind = "emulated"', f'kind = "network"\ncsms_url = "{url}"')
    done = v2x("run", "--device", device(tmp_path, ('role = "station"', 'role = "csms"'), change))
    assert done.returncode == 2
    assert "name the backend as ws://host:port/path" in done.stderr


def test_a_port_in_use(v2x: Typed, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET6) as taken:
        taken.bind(("::", 0))
        taken.listen()
        port = taken.getsockname()[1]
        change = (NETWORK[0], f"{NETWORK[1]}\ncsms_port = {port}")
        done = v2x("run", "--device", device(tmp_path, change))
    assert done.returncode == 2
    assert f"TCP port {port} is taken (stop the program that uses it" in done.stderr


@pytest.mark.parametrize("role", ["ev", "station"])
def test_an_interface_that_is_not_there(v2x: Typed, tmp_path: Path, role: str) -> None:
    changes = (('role = "station"', f'role = "{role}"'), (NETWORK[0], NETWORK[1].replace("lo", "nosuch0")))
    done = v2x("run", "--device", device(tmp_path, *changes))
    assert done.returncode == 2
    assert "nosuch0" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_program_that_is_not_there(v2x: Typed, tmp_path: Path) -> None:
    more = '\n[launch]\ncommand = ["/nowhere/device"]\nnamespace = ""\n'
    done = v2x("run", "--device", device(tmp_path, NETWORK, more=more))
    assert done.returncode == 2
    assert "/nowhere/device" in done.stderr


def test_a_namespace_that_cannot_be_made(v2x: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The device wants a namespace, and the `ip` that is found refuses, as it does without the right."""
    tools = tmp_path / "tools"
    tools.mkdir()
    refusing = tools / "ip"
    refusing.write_text(
        '#!/bin/sh\n[ "$2" = list ] && exit 0\necho "mount failed: Operation not permitted" >&2\nexit 1\n'
    )
    refusing.chmod(0o755)
    more = (
        '\n[launch]\ncommand = ["true"]\nnamespace = "v2xtest"\nhost_interface = "v2xth"\ndevice_interface = "v2xtd"\n'
    )
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    done = v2x("run", "--device", device(tmp_path, NETWORK, more=more))
    assert done.returncode == 2
    assert "`ip netns add v2xtest` failed" in done.stderr
    assert "run as root (CAP_NET_ADMIN and CAP_SYS_ADMIN are needed" in done.stderr


def test_ctrl_c_ends_with_a_report_of_what_was_judged(tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "harness.cli.main", "run", "--device", "emulated-station"]
    known = {**os.environ, "PYTHONPATH": str(ROOT)}
    # Whoever runs these tests in the background has told them to ignore the keyboard, and children inherit that.
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=known,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if line.startswith("PASS"):
                running.send_signal(signal.SIGINT)
                break
        told = running.stdout.read()
        assert running.wait(timeout=60) == 3
    assert "interrupted: stopped from the keyboard" in told
    assert "not determined" in told
    (folder,) = (tmp_path / "reports").iterdir()
    assert (folder / "report.html").exists()
    run = RunReader.verified(folder)
    assert run.interrupted
    assert run.results


def pytest_of(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    where = ("--v2x-reports", str(tmp_path / "reports"), "--alluredir", str(tmp_path / "allure"))
    return _shell("-m", "pytest", "-q", "-p", "no:cacheprovider", *words, *where, cwd=ROOT)


def test_plain_pytest_runs_the_suites(tmp_path: Path) -> None:
    suites = str(data_folder("test_suites") / "iso15118_20" / "station")
    done = pytest_of(
        tmp_path, suites, "--v2x-device", "emulated-station", "-k", "gets_an_id or best_common or in_common"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
    (folder,) = (tmp_path / "reports").iterdir()
    run = RunReader.verified(folder)
    assert {standing.verdict.value for standing in run.standings()} == {"PASS"}
    assert exit_code(run) == 0
    results = [json.loads(path.read_text()) for path in (tmp_path / "allure").glob("*-result.json")]
    assert [result["status"] for result in results] == ["passed"] * 3


def test_a_case_chosen_without_its_control_proves_nothing(tmp_path: Path) -> None:
    suite = str(data_folder("test_suites") / "iso15118_20" / "station" / "test_app_protocol.py")
    done = pytest_of(tmp_path, suite, "--v2x-device", "emulated-station", "-k", "best_common")
    assert "1 skipped" in done.stdout
    assert "the control ISO20-STN-SSU-001 ended without a verdict: nothing is proved" in done.stdout


def test_plain_pytest_tells_what_a_user_can_put_right(tmp_path: Path) -> None:
    suites = str(data_folder("test_suites") / "iso15118_20" / "station" / "test_app_protocol.py")
    done = pytest_of(tmp_path, suites, "--v2x-device", "nobody")
    assert done.returncode == 4
    assert "there is no profile 'nobody' in devices" in done.stdout + done.stderr
    assert not (tmp_path / "reports").exists()
