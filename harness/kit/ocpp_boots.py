"""Words for cases about boots, resets and outages: having a station boot, and reading what it tells afterwards."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from harness.checks import conversation
from harness.core.case import Role
from harness.endpoints import operations as do
from harness.endpoints.csms.csms import NEWCOMER
from harness.endpoints.station.station import Station
from harness.kit.judge import Judge
from harness.kit.scene import Scene, asks, does, hears
from harness.messages.ocpp import (
    BootNotification,
    Heartbeat,
    NotifyEvent,
    Reset,
    SecurityEventNotification,
    StatusNotification,
)
from harness.sessions.ocpp.station import StationSession
from harness.trace.entry import Entry
from harness.trace.trace import Trace

BOOTED = BootNotification.response
STARTS = ("StartupOfTheDevice", "ResetOrReboot")
"""Security events that follow a boot."""
SLOW_BOOT = 300.0
"""Seconds that a real station may take to boot."""
SLACK = 4.0
"""Seconds by which a station may be late; what test laboratories allow."""


def accepted(within: float = SLOW_BOOT) -> Scene:
    """Until a boot is accepted."""
    return hears(BOOTED, status="Accepted", within=within)


def reset(kind: str, **more: Any) -> Scene:
    """The backend has the station, or an EVSE of it, reset."""
    return asks(Reset(type=kind, **more))


def power_cut(seconds: float = 10.0) -> Scene:
    """The station is without power for a while, and boots."""
    return does(do.cut_power(seconds)) + accepted()


def with_single_resets(station: Station) -> Station:
    """The station, which can reset its EVSE alone."""
    return station.set(device=replace(station.settings.device, resets_evse=True))


def newcomer(station: Station) -> Station:
    """The station under an identity that the backend leaves pending at first; it speaks whether it may or not."""
    return station.set(station_id=NEWCOMER).having(session=_Talkative)


class _Talkative(StationSession):
    """Says what it is told to, accepted or not; of itself it keeps to the rules."""

    def _may_say(self, action: str) -> bool:
        return action == Heartbeat.name or super()._may_say(action)


def states(trace: Trace) -> tuple[tuple[tuple[int, int], str], ...]:
    """What the station told of its connectors: EVSE and connector, and the state."""
    told = []
    for entry in trace:
        if entry.sender is Role.STATION:
            told += [(place, state) for place, state in _of(entry)]
    return tuple(told)


def last_states(trace: Trace) -> dict[tuple[int, int], str]:
    """The last state of each connector that the station told of."""
    return dict(states(trace))


def judge_states(judge: Judge, trace: Trace, boot: Entry, wanted: str, connectors: int = 1) -> None:
    """After this boot every connector was reported, the first one in this state (B01.FR.05)."""
    told = last_states(trace.since(boot))
    judge.equal("connectors reported", len(told), connectors, at=boot)
    judge.holds("ids count from 1", all(min(place) > 0 for place in told), f"{sorted(told)}", at=boot)
    judge.equal("state of the first connector", told.get((1, 1)), wanted, at=boot)


def judge_first_words(judge: Judge, trace: Trace, boot: Entry) -> None:
    """What was said on this connection before the boot was answered is the boot alone (B01.FR.03, B01.FR.08)."""
    answer = trace.answer_to(boot)
    opened = [entry for entry in trace if entry.at <= boot.at and getattr(entry.body, "state", "") == "open"]
    start = trace.since(opened[-1]) if opened else trace
    said = conversation.calls(start.until(answer), Role.STATION)
    others = [entry for entry in said if entry.message.action != "BootNotification"]
    judge.silence("other calls before the boot was answered", others)


def judge_start_event(judge: Judge, trace: Trace, boot: Entry) -> None:
    """A security event tells of the start (A04.FR.01)."""
    told = [entry.payload.get("type") for entry in trace.since(boot).all(SecurityEventNotification)]
    judge.holds("event of the start", bool(set(told) & set(STARTS)), f"told {told}", at=boot)


def _of(entry: Entry) -> list[tuple[tuple[int, int], str]]:
    message = entry.message
    action, payload = getattr(message, "action", ""), getattr(message, "payload", None)
    if getattr(message, "kind", None) != "request" or not isinstance(payload, dict):
        return []
    if action == StatusNotification.name:
        return [((payload["evseId"], payload["connectorId"]), payload["connectorStatus"])]
    if action != NotifyEvent.name:
        return []
    return [
        ((one["component"]["evse"]["id"], one["component"]["evse"].get("connectorId", 0)), one["actualValue"])
        for one in payload["eventData"]
        if one["variable"]["name"] == "AvailabilityState" and "evse" in one["component"]
    ]
