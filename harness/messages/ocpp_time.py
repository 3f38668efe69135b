"""Timestamps of OCPP: RFC 3339 with a zone and at most three digits of a second (Part 2, 3.1)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_FORM = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))", re.ASCII)
_MOST_DIGITS = 3
_LEAP_SECOND = 60
_HOURS, _MINUTES = 24, 60


def timestamp(at: float) -> str:
    """Unix time as OCPP writes it, in UTC with milliseconds."""
    moment = datetime.fromtimestamp(round(at * 1000) / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def timestamp_problem(text: str, most_digits: int | None = _MOST_DIGITS) -> str:
    """What is wrong with a timestamp; empty if nothing is. `most_digits` bounds those of a second, None: any."""
    form = _FORM.fullmatch(text)
    if form is None:
        return "is no RFC 3339 timestamp with a zone"
    if most_digits is not None and len(form[7] or "") > most_digits:
        return f"has {len(form[7])} digits of a second, {most_digits} are allowed"
    if form[9] and (int(form[10]) >= _HOURS or int(form[11]) >= _MINUTES):
        return f"has the impossible offset {form[9]}{form[10]}:{form[11]}"
    try:
        _moment(form)
    except (ValueError, OverflowError):
        return "is no moment of the calendar"
    return ""


def parse_timestamp(text: str) -> float:
    """Unix time of a timestamp; any number of digits of a second.

    Raises:
        ValueError: it is none.
    """
    form = _FORM.fullmatch(text)
    if form is None:
        raise ValueError(f"{text!r} is no RFC 3339 timestamp with a zone")
    fraction = float(f"0.{form[7]}") if form[7] else 0.0
    try:
        return _moment(form).timestamp() + fraction
    except OverflowError as problem:
        raise ValueError(f"{text!r} is out of range") from problem


def _moment(form: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (int(form[group]) for group in range(1, 7))
    zone = UTC
    if form[9]:
        offset = timedelta(hours=int(form[10]), minutes=int(form[11]))
        zone = timezone(offset if form[9] == "+" else -offset)
    leap = second == _LEAP_SECOND
    moment = datetime(year, month, day, hour, minute, second - leap, tzinfo=zone)
    return moment + timedelta(seconds=1) if leap else moment
