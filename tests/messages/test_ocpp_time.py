"""Timestamps of OCPP."""

import pytest

from harness.messages.ocpp_time import parse_timestamp, timestamp, timestamp_problem

NEW_YEAR = 1767225600.0


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-01T00:00:00Z", NEW_YEAR),
        ("2026-01-01t00:00:00z", NEW_YEAR),
        ("2026-01-01T00:00:00.250Z", NEW_YEAR + 0.25),
        ("2026-01-01T01:30:00+01:30", NEW_YEAR),
        ("2025-12-31T16:00:00-08:00", NEW_YEAR),
        ("2025-12-31T23:59:60Z", NEW_YEAR),
    ],
)
def test_a_good_timestamp_is_a_moment(text: str, at: float) -> None:
    assert timestamp_problem(text) == ""
    assert parse_timestamp(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:61:00Z",
        "2026-01-01T00:00:00+99:00",
        "2026-01-01T00:00:00+01:75",
        "2026-01-01T00:00:00.1234Z",
        "2026-01-01T00:00:00.Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:60Z",
        "٢٠٢٦-01-01T00:00:00Z",
    ],
)
def test_a_bad_timestamp_is_told(text: str) -> None:
    assert timestamp_problem(text)


def test_many_digits_are_a_problem_but_readable() -> None:
    assert "4 digits" in timestamp_problem("2026-01-01T00:00:00.1234Z")
    assert parse_timestamp("2026-01-01T00:00:00.1234Z") == pytest.approx(NEW_YEAR + 0.1234)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01T00:00:00Z", "9999-12-31T23:59:60Z"])
def test_what_is_no_timestamp_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_timestamp(text)


def test_what_we_write_is_utc_with_milliseconds_and_reads_back() -> None:
    assert timestamp(NEW_YEAR + 0.0004) == "2026-01-01T00:00:00.000Z"
    assert timestamp(NEW_YEAR + 59.9996) == "2026-01-01T00:01:00.000Z"
    assert parse_timestamp(timestamp(NEW_YEAR + 1.125)) == NEW_YEAR + 1.125
