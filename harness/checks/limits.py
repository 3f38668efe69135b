"""Limits of both sides against what flows: no more than either allows, and back from the EV only where both agreed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from harness.checks import course_older as older
from harness.checks.course import InForce, bidirectional, block_of, connections, summed
from harness.checks.rule import Rule, Tally, is_subject
from harness.core.case import Role
from harness.core.verdict import Finding
from harness.messages.iso20.ac import AcChargeLoopReq
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.trace.entry import Entry
from harness.trace.trace import Trace

SHARE = 0.05
"""Part of a limit by which measured values may exceed it; our own figure, as no standard gives one."""
AMPERES, WATTS, VOLTS = 1.0, 150.0, 5.0
"""What they may exceed it by anyway."""
_LIMITS = ("V2G20-2188", "V2G2-373", "V2G-DC-950")


class Flowing(Struct, frozen=True, kw_only=True):
    """What flows at a moment: with direct current by the station's measurement, with alternating by the EV's."""

    entry: Entry
    watts: float
    """Negative while the EV gives."""
    amperes: float | None = None
    volts: float | None = None
    ev: InForce
    station: InForce


def flows(frames: Iterable[Entry]) -> Iterator[Flowing]:
    """Every measurement of a connection, with the limits in force there."""
    ev, station = InForce(Role.EV), InForce(Role.STATION)
    for entry in frames:
        if entry.sender is not None and entry.sender is not Role.CSMS:
            (ev if entry.sender is Role.EV else station).take(entry)
        message = entry.message
        if isinstance(message, DcChargeLoopRes):
            amperes, volts = float(message.evse_present_current), float(message.evse_present_voltage)
            yield Flowing(entry=entry, watts=amperes * volts, amperes=amperes, volts=volts, ev=ev, station=station)
        elif isinstance(message, AcChargeLoopReq):
            watts = summed(block_of(entry), "ev_present_active_power") or 0.0
            yield Flowing(entry=entry, watts=watts, ev=ev, station=station)
        elif (told := older.supply(message)) is not None:
            watts = told.amperes * told.volts
            yield Flowing(entry=entry, watts=watts, amperes=told.amperes, volts=told.volts, ev=ev, station=station)


def limits_kept(trace: Trace) -> Iterable[Finding]:
    """Power, current and voltage on the cable stay within what the EV and the station allowed last.

    Who measures is judged: with direct current the station drives, with alternating current the EV. A limit that was
    lowered binds after three seconds. Where nothing is driven the battery makes the voltage, and it is left alone. By
    ISO 15118-2 nobody tells what flows of alternating current.
    """
    tally = Tally("RULE-V2G-LIMITS", "what flows stays within the limits of both sides", _LIMITS)
    for frames in connections(trace):
        for one in flows(frames):
            if is_subject(trace, one.entry):
                broken = _broken(one)
                tally.bad(broken, one.entry) if broken else tally.good(one.entry)
    return tally


def _broken(one: Flowing) -> str:
    back = "dis" if one.watts < 0 else ""
    for whose, side in (("EV", one.ev), ("station", one.station)):
        power = side.limit(f"{back}charge_power", one.entry.at)
        if power is not None and abs(one.watts) > power * (1 + SHARE) + WATTS:
            return f"{one.watts:.0f} W flow, the {whose} allows {power:.0f} W in that direction"
        current = side.limit(f"{back}charge_current", one.entry.at)
        if None not in (one.amperes, current) and abs(one.amperes or 0.0) > (current or 0.0) * (1 + SHARE) + AMPERES:
            return f"{one.amperes:.1f} A flow, the {whose} allows {current:.1f} A in that direction"
        voltage = side.limit("voltage", one.entry.at) if (one.amperes or 0.0) > AMPERES else None
        if None not in (one.volts, voltage) and (one.volts or 0.0) > (voltage or 0.0) * (1 + SHARE) + VOLTS:
            return f"{one.amperes:.1f} A are driven at {one.volts:.0f} V, the {whose} allows {voltage:.0f} V"
    return ""


def discharge_agreed(trace: Trace) -> Iterable[Finding]:
    """Energy comes from the EV only in a bidirectional service, and only where both sides told a limit for it.

    ISO 15118-2 and DIN SPEC 70121 know charging only: there the EV may not even ask to give.
    """
    what = "energy comes from the EV only where both sides agreed to it"
    tally = Tally("RULE-BPT-DISCHARGE", what, ("V2G20-2188",))
    for frames in connections(trace):
        allowed = bidirectional(frames)
        for entry in frames:
            asked = older.target(entry.message)
            if asked is not None and is_subject(trace, entry) and asked.amperes < 0:
                tally.bad(f"asks for {asked.amperes:g} A, and this protocol knows charging only", entry)
        for one in flows(frames):
            if not is_subject(trace, one.entry) or one.watts >= -WATTS:
                continue
            untold = [
                whose
                for whose, side in (("EV", one.ev), ("station", one.station))
                if side.limit("discharge_power", one.entry.at) is None
            ]
            if older.is_older(one.entry.message):
                tally.bad(f"{-one.watts:.0f} W come back, and this protocol knows charging only", one.entry)
            elif allowed is False:
                tally.bad(f"{-one.watts:.0f} W come back in a service for charging only", one.entry)
            elif untold:
                tally.bad(f"{-one.watts:.0f} W come back, and the {untold[0]} told no limit for that", one.entry)
            else:
                tally.good(one.entry)
    return tally


RULES = (
    Rule(
        id="RULE-V2G-LIMITS",
        title="Power, current and voltage stay within the limits of both sides",
        judges=(Role.EV, Role.STATION),
        cites=_LIMITS,
        find=limits_kept,
    ),
    Rule(
        id="RULE-BPT-DISCHARGE",
        title="Energy comes from the EV only where both sides agreed to it",
        judges=(Role.EV, Role.STATION),
        cites=("V2G20-2188",),
        find=discharge_agreed,
    ),
)
