"""Stored runs are judged again, from the profiles and traces that they kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from harness.core.errors import ProfileError
from harness.core.verdict import Verdict
from harness.runner.data import data_folder
from harness.runner.options import Options
from harness.runner.setup import TRIO, find_profile, make_options, replay_options
from harness.store.reader import RunReader
from harness.store.run import Run
from tests.runner.conftest import Ended, Go, finish

MIXED = '''
@declared(1)
async def test_passes(bench, judge):
    """It does."""
    trace = await bench.run(until=seen(SessionSetupRes))
    judge.some("responses", trace.all(SessionSetupRes))


@declared(2)
async def test_fails_in_its_second_run(bench, judge):
    """It does not."""
    for _ in range(2):
        trace = await bench.run(until=seen(SessionSetupRes))
    judge.silence("responses", trace.all(SessionSetupRes))


@declared(3)
async def test_never_struck(bench, judge):
    """A fault waits in vain."""
    trace = await bench.run(until=seen(SessionSetupRes), faults=[drop(SessionSetupReq, nth=9)])
    judge.some("responses", trace.all(SessionSetupRes))


@declared(4)
async def test_struck(bench, judge):
    """A fault strikes."""
    trace = await bench.run(until=finished(), faults=[split(SessionSetupReq, sizes=(5,))])
    judge.some("responses", trace.all(SessionSetupRes))


@declared(5, control="ISO20-STN-TST-002")
async def test_controlled(bench, judge):
    """Its control fails."""
    judge.holds("it", True)
'''


def rejudged(run: Run, reports: Path, suites: Path) -> Ended:
    options = replace(replay_options(run, reports), suites=suites)
    assert [path.name for path in reports.glob(".*")] == [], "nothing hidden beside the reports"
    return finish(options)


def test_a_run_judged_again_gives_the_same_verdicts_and_findings(
    prepare: Callable[..., Options], tmp_path: Path
) -> None:
    options = prepare(MIXED)
    first = finish(options)
    again = rejudged(first.run, tmp_path / "again", options.suites)
    assert first.verdicts() == again.verdicts()
    assert first.verdicts() == {
        "001": Verdict.PASS,
        "002": Verdict.FAIL,
        "003": Verdict.INCONCLUSIVE,
        "004": Verdict.PASS,
        "005": Verdict.INCONCLUSIVE,
    }
    assert first.code == again.code == 1
    for number in first.verdicts():
        assert first.findings(number) == again.findings(number)
    assert {rule.id: rule.verdict for rule in first.run.rules} == {rule.id: rule.verdict for rule in again.run.rules}
    assert again.run.header.devices == first.run.header.devices
    assert again.run.header.programme == first.run.header.programme
    assert again.run.folder.name.endswith(f"{first.run.folder.name}-rejudged")


def test_nothing_is_run_when_judging_again(prepare: Callable[..., Options], tmp_path: Path) -> None:
    """A case that asks for more than the stored run has gets nothing, and is inconclusive."""
    options = prepare(MIXED)
    first = finish(options)
    (suite,) = options.suites.glob("test_*.py")
    changed = suite.with_name(f"{suite.stem}_changed.py")
    more = "    trace = await bench.run()\n    trace.one(SessionSetupRes)\n"
    changed.write_text(
        suite.read_text().replace('    judge.silence("responses"', f'{more}    judge.silence("responses"')
    )
    suite.unlink()
    again = rejudged(first.run, tmp_path / "again", options.suites)
    assert again.verdicts()["002"] is Verdict.INCONCLUSIVE
    assert again.findings("002")[0][2] == "SessionSetupRes was never seen"


def test_only_the_attempt_that_counts_is_judged_again(go: Go, tmp_path: Path) -> None:
    text = '''
tries = []

@declared(7)
async def test_flaky(bench, judge):
    """It does, the second time."""
    tries.append(1)
    trace = await bench.run(until=seen(SessionSetupRes))
    judge.holds("second time", len(tries) > 1)
'''
    first = go(text, attempts=3)
    assert len(first.run.results) == 2
    again = rejudged(first.run, tmp_path / "again", tmp_path / "suites")
    assert [(one.attempt, one.verdict) for one in again.run.results] == [(1, Verdict.PASS)]


def test_profiles_that_are_not_understood_any_more_are_told(go: Go, tmp_path: Path) -> None:
    run = go(MIXED).run
    (device,) = run.header.devices
    broken = replace(device, content=device.content.replace("vendor", "vender"))
    header = replace(run.header, devices=(broken,))
    with pytest.raises(ProfileError, match=rf"run {run.header.run}, device emulated-station: .*device\.vende?o?r"):
        replay_options(replace(run, header=header), tmp_path)


def test_keys_and_programs_of_a_device_are_not_needed_again(go: Go, tmp_path: Path) -> None:
    run = go(MIXED).run
    (device,) = run.header.devices
    content = (
        f'{device.content}\n[trust]\nchain = ["/nowhere.pem"]\nkey = "/nowhere.key"\n[launch]\ncommand = ["nowhere"]\n'
    )
    header = replace(run.header, devices=(replace(device, content=content),))
    options = replay_options(replace(run, header=header), tmp_path)
    assert (options.devices[0].trust.chain, options.devices[0].launch) == ((), None)
    assert options.device_texts == (content,)


def test_profiles_are_found_by_name_or_by_file(tmp_path: Path) -> None:
    assert find_profile("emulated-ev", "devices") == data_folder("profiles") / "devices" / "emulated-ev.toml"
    assert find_profile("x/y.toml", "devices") == Path("x/y.toml")
    with pytest.raises(ProfileError, match=r"no profile 'emulated' in devices .*emulated-csms, emulated-ev"):
        find_profile("emulated", "devices")


def test_one_device_for_each_role(tmp_path: Path) -> None:
    assert {device.role.value for device in make_options((), "interoperability", tmp_path).devices} == {
        "ev",
        "station",
        "csms",
    }
    with pytest.raises(ProfileError, match="two devices play the same role"):
        make_options((*TRIO, "josev-secc"), "interoperability", tmp_path)
    with pytest.raises(ProfileError, match="cannot be tried 0 times"):
        make_options((), "interoperability", tmp_path, attempts=0)


def test_run_folders_never_clash(tmp_path: Path) -> None:
    names = set()
    for _ in range(3):
        folder = make_options((), "interoperability", tmp_path, name="same").folder
        folder.mkdir(parents=True)
        names.add(folder)
    assert len(names) == 3
    with pytest.raises(Exception, match="cannot be read"):
        RunReader.open(next(iter(names)))


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ("colour = 3", r"mine\.toml: unknown key at parameters\.colour"),
        ("capacityy = 3", r"unknown key at parameters\.capacityy \(did you mean capacity\?\)"),
        ('capacity = "60 kWh"', r"at parameters\.capacity, which is '60 kWh' \(write a bare number: powers in W"),
        ("voltage_tolerance = true", r"at parameters\.voltage_tolerance, which is True"),
        ("services = 2", r"at parameters\.services, which is 2"),
    ],
)
def test_a_parameter_that_is_wrong_is_told_with_file_and_key(tmp_path: Path, parameters: str, told: str) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text(
        (data_folder("profiles") / "devices" / "dc-charger.toml").read_text().partition("[parameters]")[0]
        + f"\n[parameters]\n{parameters}\n"
    )
    with pytest.raises(ProfileError, match=told):
        make_options((str(profile),), "interoperability", tmp_path)


def test_parameters_reach_our_parties(tmp_path: Path) -> None:
    from harness.core.case import Role
    from harness.kit.workshop import Workshop

    profile = tmp_path / "mine.toml"
    good = (data_folder("profiles") / "devices" / "dc-charger.toml").read_text().partition("[parameters]")[0]
    good = re.sub(r"\[features\].*?\n\n", "[features]\niso20 = true\niso20_dc = true\n\n", good, flags=re.DOTALL)
    profile.write_text(f"{good}\n[parameters]\ncapacity = 77_000\nvoltage_tolerance = 9\nservices = [2]\n")
    bench = Workshop(make_options((str(profile),), "interoperability", tmp_path).devices).bench(Role.STATION)
    assert (bench.ev.car.capacity, bench.ev.voltage_tolerance) == (77_000.0, 9.0)
    assert bench.station.settings.services == (2,)
