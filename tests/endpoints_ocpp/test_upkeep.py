"""Logs that an emulated station uploads, what it tells of customers, and what it makes of a vendor's own messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints.station.ocpp.data_transfer import ECHO, VENDOR
from harness.endpoints.station.ocpp.journal import Journal
from harness.kit import upkeep as keeping
from harness.kit.filing import brought
from harness.kit.ocpp_states import CARD, charging, stopped_locally, unplugged
from harness.kit.scene import Scene, asks, hears, passes
from harness.kit.workshop import Workshop
from harness.messages.ocpp import (
    CustomerInformation,
    DataTransfer,
    GetLog,
    LogStatusNotification,
    NotifyCustomerInformation,
    TriggerMessage,
)
from harness.messages.ocpp_time import timestamp
from harness.profile.load import load_device
from harness.trace.trace import Trace
from harness.transports.clock import run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return Workshop((load_device(ROOT / "profiles" / "devices" / "emulated-station.toml"),))


def played(workshop: Workshop, scene: Scene) -> Trace:
    return run(workshop.bench(Role.STATION).serving(keeping.shelf()).play(scene, limit=900.0), virtual=True)


def test_a_log_arrives_as_it_was_written(workshop: Workshop) -> None:
    trace = played(workshop, passes(2.0) + asks(keeping.log("SecurityLog")) + passes(5.0))
    (entry,) = brought(trace)
    assert entry.facts["path"].endswith(trace.one(GetLog.response).payload["filename"])
    assert entry.facts["begins"].rstrip().endswith("StartupOfTheDevice")


@pytest.mark.parametrize(
    ("directory", "nowhere", "end"),
    [(keeping.REFUSING, False, "PermissionDenied"), ("/nothing/", False, "UploadFailure"), ("", True, "UploadFailure")],
)
def test_how_an_upload_fails_is_told(workshop: Workshop, directory: str, nowhere: bool, end: str) -> None:
    trace = played(workshop, asks(keeping.log("DiagnosticsLog", directory, nowhere=nowhere)) + passes(10.0))
    assert keeping.log_steps(trace) == ["Uploading", end]


def test_a_place_of_another_kind_is_not_supported(workshop: Workshop) -> None:
    ask = GetLog(logType="DiagnosticsLog", requestId=keeping.LOG_ID, log={"remoteLocation": "ftp://files/"})
    assert keeping.log_steps(played(workshop, asks(ask) + passes(5.0))) == ["Uploading", "NotSupportedOperation"]


def test_the_state_of_an_upload_is_told_on_demand(workshop: Workshop) -> None:
    demand = asks(TriggerMessage(requestedMessage="LogStatusNotification")) + passes(2.0)
    slowly = asks(keeping.log("DiagnosticsLog", keeping.SLOW)) + passes(2.0) + demand
    done = hears(LogStatusNotification, status="Uploaded", within=60.0)
    trace = played(workshop, demand + slowly + done + demand)
    told = [entry.payload for entry in trace.all(LogStatusNotification)]
    number = keeping.LOG_ID
    assert [one["status"] for one in told] == ["Idle", "Uploading", "Uploading", "Uploaded", "Idle"]
    assert [one.get("requestId") for one in told] == [None, number, number, number, None]


def test_a_journal_keeps_to_the_time_that_is_asked_for() -> None:
    journal = Journal(keeps=3)
    for at in range(5):
        journal.write(float(at), f"line {at}")
    assert journal.text({}).count("\n") == 3
    wanted = {"oldestTimestamp": timestamp(3.0), "latestTimestamp": timestamp(3.5)}
    assert journal.text(wanted) == f"{timestamp(3.0)} line 3\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"report": True, "clear": False}, "Invalid"),
        ({"report": True, "clear": False, "idToken": CARD, "customerIdentifier": "x"}, "Invalid"),
        ({"report": False, "clear": False, "idToken": CARD}, "Rejected"),
    ],
)
def test_who_is_meant_must_be_clear(workshop: Workshop, request_: dict[str, Any], status: str) -> None:
    trace = played(workshop, asks(CustomerInformation(requestId=1, **request_)) + passes(2.0))
    assert trace.one(CustomerInformation.response).payload["status"] == status
    assert not trace.all(NotifyCustomerInformation)


def test_a_long_report_comes_in_parts(workshop: Workshop) -> None:
    visits = (charging() + stopped_locally() + unplugged()) * 4
    trace = played(workshop, visits + asks(keeping.customer(report=True, clear=False, idToken=CARD)) + passes(5.0))
    parts = trace.all(NotifyCustomerInformation)
    assert len(parts) > 1
    assert keeping.chain_fault(parts) == ""
    assert len(parts[0].payload["data"]) == 512


@pytest.mark.parametrize(
    ("vendor", "message", "status", "data"),
    [
        (VENDOR, ECHO, "Accepted", {"a": [1, 2]}),
        (VENDOR, "Nothing", "UnknownMessageId", None),
        ("x", ECHO, "UnknownVendorId", None),
    ],
)
def test_messages_of_vendors(workshop: Workshop, vendor: str, message: str, status: str, data: Any) -> None:
    ask = DataTransfer(vendorId=vendor, messageId=message, data={"a": [1, 2]})
    answer = played(workshop, asks(ask)).one(DataTransfer.response).payload
    assert answer["status"] == status
    assert answer.get("data") == data
