"""Values of one message against each other: minima below maxima, sizes with the sign that they must have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from harness.checks import course_older as older
from harness.checks.course import block_of
from harness.checks.rule import Rule, Tally, is_subject
from harness.core.case import Role
from harness.core.verdict import Finding
from harness.messages.iso20.common import ScheduleExchangeReq
from harness.messages.iso20.types import ChargeLoopReq
from harness.trace.entry import Entry, Link
from harness.trace.trace import Trace

_QUANTITIES = ("charge_power", "charge_current", "discharge_power", "discharge_current", "voltage")
_PHASES = ("", "_l2", "_l3")
_ENERGIES = ("ev_minimum_energy_request", "ev_target_energy_request", "ev_maximum_energy_request")
_LIMITED = ("power", "current", "voltage")
_STATES = ("minimum_soc", "target_soc", "maximum_soc")


_RANGES = ("V2G20-1619", "V2G20-2272", "V2G2-477", "V2G2-373")
_ORDERS_BEFORE_20 = (
    ("evse_minimum_current_limit", "evse_maximum_current_limit"),
    ("evse_minimum_voltage_limit", "evse_maximum_voltage_limit"),
    ("ev_min_current", "ev_max_current"),
    ("evse_min_current", "evse_max_current"),
    ("ev_target_voltage", "ev_maximum_voltage_limit"),
    ("ev_target_current", "ev_maximum_current_limit"),
    ("bulk_soc", "full_soc"),
)
_SIZES_BEFORE_20 = (
    *(f"{side}_{bound}_{of}_limit" for side in ("ev", "evse") for bound in ("minimum", "maximum") for of in _LIMITED),
    *("ev_min_current", "ev_max_current", "ev_max_voltage", "evse_min_current", "evse_max_current", "evse_max_voltage"),
    *("evse_nominal_voltage", "ev_energy_capacity", "ev_energy_request", "e_amount", "evse_energy_to_be_delivered"),
    *("evse_current_regulation_tolerance", "evse_peak_current_ripple", "ev_target_voltage", "evse_present_voltage"),
)


def ranges(trace: Trace) -> Iterable[Finding]:
    """No minimum lies above its maximum, no charging limit is negative, and energies stand in their order.

    What the schema bounds, a state of charge or a unit, RULE-V2G-SCHEMA tells.
    """
    tally = Tally("RULE-V2G-RANGES", "values of a message fit each other", _RANGES)
    for entry in trace:
        if entry.link is not Link.V2G or not is_subject(trace, entry):
            continue
        parts = [part for part in _parts(entry) if part is not None]
        wrong = [problem for part in parts for problem in _wrong(part)]
        if wrong:
            tally.bad("; ".join(dict.fromkeys(wrong)), entry)
        elif parts:
            tally.good(entry)
    return tally


def _parts(entry: Entry) -> Iterator[Any]:
    message = entry.message
    yield block_of(entry)
    yield older.parameters(message) or older.cycle(message)
    if isinstance(message, ScheduleExchangeReq):
        yield message.control_mode
    if isinstance(message, ChargeLoopReq):
        yield message.display_parameters


def _wrong(part: Any) -> Iterator[str]:
    for side in ("ev", "evse"):
        for quantity in _QUANTITIES:
            for phase in _PHASES:
                yield from _pair(part, f"{side}_minimum_{quantity}{phase}", f"{side}_maximum_{quantity}{phase}")
    for names in _ORDERS_BEFORE_20:
        yield from _ordered(part, names)
    for name in _SIZES_BEFORE_20:
        value = getattr(part, name, None)
        if value is not None and float(value) < 0:
            yield f"{_spoken(name)} is {value}"
    yield from _ordered(part, _ENERGIES)
    yield from _ordered(part, _STATES)


def _pair(part: Any, low: str, high: str) -> Iterator[str]:
    """Signs of discharging limits differ from stack to stack, so only their sizes are compared."""
    least, most = getattr(part, low, None), getattr(part, high, None)
    size = abs if "discharge" in low else float
    if least is not None and most is not None and size(float(least)) > size(float(most)):
        yield f"{_spoken(low)} is {least}, {_spoken(high)} {most}"
    if "discharge" not in high and most is not None and float(most) < 0:
        yield f"{_spoken(high)} is {most}"


def _ordered(part: Any, names: tuple[str, ...]) -> Iterator[str]:
    told = [(name, float(value)) for name in names if (value := getattr(part, name, None)) is not None]
    for (low, least), (high, most) in pairwise(told):
        if least > most:
            yield f"{_spoken(low)} is {least:g}, {_spoken(high)} {most:g}"


def _spoken(attr: str) -> str:
    return attr.replace("_", " ")


RULES = (
    Rule(
        id="RULE-V2G-RANGES",
        title="Values of a message fit each other",
        judges=(Role.EV, Role.STATION),
        cites=_RANGES,
        find=ranges,
    ),
)
