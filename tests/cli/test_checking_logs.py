"""`v2x check` over the logs of other programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from harness.cli.main import app
from harness.core.errors import UserError

BEAT = '-> [2,"{0}","Heartbeat",{{}}]\n<- [3,"{0}",{{"currentTime":"2026-03-01T10:00:00Z"}}]\n'


def checked(path: Path, text: str, *words: str) -> Result:
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["check", str(path), *words])


def test_a_good_log_breaks_no_rule(tmp_path: Path) -> None:
    done = checked(tmp_path / "charger.log", BEAT.format(1) + BEAT.format(2))
    assert done.exit_code == 0, done.output
    assert "PASS     RULE-OCPP-ANSWERS" in done.output


def test_a_bad_log_names_rule_and_entries(tmp_path: Path) -> None:
    told = '{"timestamp":"2026-03-01T10:00:00Z","connectorStatus":"Available","evseId":0,"connectorId":0}'
    bad = f'-> [2,"9","StatusNotification",{told}]\n'
    done = checked(tmp_path / "charger.log", BEAT.format(1) + bad + '<- [3,"9",{}]\n')
    assert done.exit_code == 1
    assert "FAIL     RULE-OCPP-CONNECTORS-TOLD" in done.output
    assert "[entries 3]" in done.output


def test_the_other_side_is_not_judged_where_one_was_named(tmp_path: Path) -> None:
    bad = '<- [2,"9","SetChargingProfile",{}]\n-> [4,"9","OccurrenceConstraintViolation","",{}]\n'
    assert checked(tmp_path / "charger.log", bad, "--subject", "station").exit_code == 0
    assert checked(tmp_path / "charger.log", bad, "--subject", "csms").exit_code == 1
    assert checked(tmp_path / "charger.log", bad, "--subject", "csms", "--log-side", "csms").exit_code == 0


def test_holes_are_told(tmp_path: Path) -> None:
    done = checked(tmp_path / "charger.log", BEAT.format(1) + '-> [2,"2","Heartb\n')
    assert done.exit_code == 0
    assert "holes in the recording: 1, the first: line 3 has a frame that is no JSON, or is cut off" in done.output


def test_json_lines_of_others_are_told_from_our_own(tmp_path: Path) -> None:
    lines = '{"dir":"out","msg":[2,"1","Heartbeat",{}]}\n'
    lines += '{"dir":"in","msg":[3,"1",{"currentTime":"2026-03-01T10:00:00Z"}]}\n'
    assert checked(tmp_path / "proxy.jsonl", lines).exit_code == 0


@pytest.mark.parametrize("words", [("--log-side", "ev"), ("--log-form", "csv")])
def test_what_cannot_be_read_is_the_users_to_put_right(tmp_path: Path, words: tuple[str, str]) -> None:
    done = checked(tmp_path / "charger.log", BEAT.format(1), *words)
    assert isinstance(done.exception, UserError)
