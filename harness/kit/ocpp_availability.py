"""Taking parts of a station out of service, and what it says of the state of its connectors."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.kit.judge import Judge
from harness.kit.ocpp_states import EVSE_ID, stopped_locally, unplugged
from harness.kit.scene import Scene, asks, hears, passes
from harness.messages.ocpp import BootNotification, ChangeAvailability, NotifyEvent, Reset, StatusNotification
from harness.trace.entry import Entry
from harness.trace.trace import Trace, matcher

STATION: dict[str, int] | None = None
"""Everything: no evse in the request (G04)."""
EVSE = {"id": EVSE_ID}
CONNECTOR = {"id": EVSE_ID, "connectorId": 1}

SETTLES = 10.0
"""Seconds in which a station tells what changed."""


class Reported(Struct, frozen=True, kw_only=True):
    """The state of one connector, as the station told it."""

    evse: int
    connector: int
    state: str
    entry: Entry

    def of(self, evse: dict[str, int] | None) -> bool:
        """Whether this is one of the connectors that an evse of a request means; None means all."""
        if evse is None:
            return True
        return self.evse == evse["id"] and self.connector == evse.get("connectorId", self.connector)


def changed(to: str, evse: dict[str, int] | None = STATION) -> Scene:
    """The backend asks for a change of availability, and gives the station a while.

    Args:
        to: an OperationalStatusEnumType, `Operative` or `Inoperative`.
        evse: of what; None: of the whole station.
    """
    named: dict[str, Any] = {} if evse is None else {"evse": evse}
    return asks(ChangeAvailability(operationalStatus=to, **named)) + passes(SETTLES)


def restored(evse: dict[str, int] | None = STATION) -> Scene:
    """Back in service, as other cases expect it."""
    return changed("Operative", evse)


def over() -> Scene:
    """The driver stops and leaves."""
    return stopped_locally() + unplugged() + passes(SETTLES)


def rebooted() -> Scene:
    """The station boots again at the backend's bidding."""
    booted = hears(BootNotification.response, status="Accepted", within=300.0)
    return asks(Reset(type="Immediate")) + booted + passes(SETTLES)


def told(trace: Trace) -> tuple[Reported, ...]:
    """Every report of a connector's state, whichever message brought it; reports about whole EVSEs are left out."""
    return tuple(one for entry in trace if entry.sender is Role.STATION for one in _in(entry))


def request(trace: Trace, to: str, nth: int = 1) -> Entry:
    """The nth request for a change to this.

    Raises:
        Unreached: there was none, or it was never answered.
    """
    asked = trace.nth(ChangeAvailability, nth, operationalStatus=to)
    trace.answer_to(asked)
    return asked


def window(trace: Trace, asked: Entry) -> Trace:
    """What came after a request for a change, up to the next one."""
    after = trace.since(asked)
    later = after.all(ChangeAvailability)
    return after.until(later[0]) if later else after


def judge_change(judge: Judge, trace: Trace, asked: Entry, state: str) -> None:
    """The change is accepted, and the connectors that it is about are told to be so from then on."""
    judge.status(trace, asked, "Accepted")
    judge_state(judge, window(trace, asked), state, asked.payload.get("evse"))


def judge_state(judge: Judge, trace: Trace, state: str, evse: dict[str, int] | None = EVSE) -> None:
    """The last that was said of each connector is this.

    Args:
        judge: takes findings.
        trace: what was said.
        state: a ConnectorStatusEnumType.
        evse: which connectors; None: all of the station.
    """
    last = {(one.evse, one.connector): one for one in told(trace) if one.of(evse)}
    if not judge.any("reports of the connector", [one.entry for one in last.values()]):
        return
    for one in last.values():
        judge.equal(f"state of connector {one.connector} of EVSE {one.evse}", one.state, state, at=one.entry)


def judge_no_change(judge: Judge, trace: Trace, asked: Entry, state: str) -> None:
    """What is so already is accepted, and nothing else is said of the connector."""
    judge.status(trace, asked, "Accepted")
    evse = asked.payload.get("evse")
    others = [one.entry for one in told(window(trace, asked)) if one.of(evse) and one.state != state]
    judge.silence(f"reports of another state than {state}", others)


def booted_again(trace: Trace) -> Trace:
    """What the station said after the boot that it was told to make.

    Raises:
        Unreached: it made none.
    """
    reset = trace.first(Reset)
    trace.answer_to(reset)
    boots = trace.since(reset).all(BootNotification)
    if not boots:
        raise Unreached("the station did not boot again")
    return trace.since(boots[-1])


_IS_STATUS, _IS_EVENT = matcher(StatusNotification), matcher(NotifyEvent)


def _in(entry: Entry) -> list[Reported]:
    """What one entry says of connectors."""
    if _IS_STATUS(entry):
        payload = entry.payload
        evse, connector = payload.get("evseId", 0), payload.get("connectorId", 0)
        return [Reported(evse=evse, connector=connector, state=payload.get("connectorStatus", ""), entry=entry)]
    if not _IS_EVENT(entry):
        return []
    return [
        Reported(evse=evse["id"], connector=evse["connectorId"], state=event["actualValue"], entry=entry)
        for event in entry.payload.get("eventData", [])
        if event["component"]["name"] == "Connector"
        and event["variable"]["name"] == "AvailabilityState"
        and "connectorId" in (evse := event["component"].get("evse", {}))
    ]
