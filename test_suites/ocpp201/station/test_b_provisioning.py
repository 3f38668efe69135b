"""Block B: how a station introduces itself to its backend."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, case, conversation, finished, seen
from harness.messages.ocpp import BootNotification

RETRY = 20
"""Seconds that the backend asks the station to wait before it boots again."""


@case(
    "OCPP-STN-BOOT-001",
    "The station introduces itself and says nothing else before it is accepted",
    sut=Role.STATION,
    cites=("B01.FR.01", "B01.FR.03", "B01.FR.08"),
    needs=Feature.OCPP201,
)
async def test_boot_comes_first(bench: Bench, judge: Judge) -> None:
    """The backend takes five seconds to answer the boot; until then the station must hold its tongue."""
    csms = bench.csms.late_on(BootNotification.response, 5.0)

    trace = await bench.run(csms, plug=False, until=seen(BootNotification.response))

    said = conversation.calls(trace.until(trace.first(BootNotification.response)), Role.STATION)
    judge.equal("first call", said[0].message.action, "BootNotification", at=said[0])
    others = [entry for entry in said if entry.message.action != "BootNotification"]
    judge.silence("other calls before the answer", others)


@pytest.mark.parametrize("status", ("Pending", "Rejected"), ids=str.lower)
@case(
    "OCPP-STN-BOOT-002",
    "A station that is not accepted waits for its time, then boots again",
    sut=Role.STATION,
    cites=("B02.FR.02", "B02.FR.04", "B02.FR.06", "B02.FR.08", "B03.FR.02", "B03.FR.06"),
    needs=Feature.OCPP201,
)
async def test_boot_is_repeated_after_the_interval(bench: Bench, judge: Judge, status: str) -> None:
    """The first boot is answered Pending or Rejected with an interval of 20 s, the second Accepted."""
    csms = bench.csms.having(boots=(status, "Accepted"), boot_retry_interval=RETRY)

    trace = await bench.run(csms, plug=False, until=seen(BootNotification.response, status="Accepted"), limit=90.0)

    told = trace.first(BootNotification.response, status=status)
    accepted = trace.first(BootNotification.response, status="Accepted")
    said = conversation.calls(trace.since(told).until(accepted), Role.STATION)
    boots = [entry for entry in said if entry.message.action == "BootNotification"]
    if judge.any("boots again", boots[:1]):
        judge.between("wait", boots[0].at - told.at, RETRY - 0.5, RETRY + 4, unit="s", at=(told, boots[0]))
    judge.silence("other calls meanwhile", [entry for entry in said if entry not in boots])
    if status == "Pending":
        judge.silence("connection given up", trace.since(told).all(LinkSeen, sent_by=Role.STATION))


@case(
    "OCPP-STN-BOOT-003",
    "Once accepted, the station reports every connector",
    sut=Role.STATION,
    cites=("B01.FR.05",),
    needs=Feature.OCPP201,
)
async def test_connectors_are_reported(bench: Bench, judge: Judge) -> None:
    """Each has an EVSE id and a connector id that count from 1; the device profile says how many there are."""
    trace = await bench.run(until=finished())

    accepted = trace.first(BootNotification.response, status="Accepted")
    told = conversation.reported_connectors(trace.since(accepted))
    judge.equal("connectors reported", len(set(told)), bench.device.parameters.get("connectors", 1), at=accepted)
    judge.holds("ids count from 1", all(min(pair) > 0 for pair in told), f"{sorted(set(told))}", at=accepted)
