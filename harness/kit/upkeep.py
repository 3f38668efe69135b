"""Requests for logs and for what is known of customers, and what cases read out of what comes of them."""

from __future__ import annotations

from typing import Any

from harness.endpoints.file_shelf import Item, Shelf
from harness.kit.filing import NOBODY_LISTENS, bringing_place, brought, place
from harness.kit.scene import Making
from harness.messages.ocpp import (
    CustomerInformation,
    GetLog,
    LogStatusNotification,
    NotifyCustomerInformation,
    OcppMessage,
)
from harness.trace.entry import Entry
from harness.trace.trace import Trace

SLOW, REFUSING = "/slow/", "/refusing/"
"""Directories of `shelf` where files are taken slowly, or not at all."""
LOG_ID, CUSTOMER_ID = 815, 816
"""Numbers of requests made here."""
LOG_FAILURES = ("UploadFailure", "BadMessage", "PermissionDenied", "NotSupportedOperation")


def shelf() -> Shelf:
    """Takes logs: at once, slowly, or not at all."""
    return Shelf(taking={SLOW: Item(status=201, pause=20.0), REFUSING: Item(status=403)})


def log(kind: str, directory: str = "", *, nowhere: bool = False, **more: Any) -> Making:
    """The call that has a log uploaded.

    Args:
        kind: DiagnosticsLog or SecurityLog.
        directory: `SLOW` or `REFUSING`; empty: where all goes well.
        nowhere: no server is where it is to be brought.
        more: fields of GetLog, or of its `log`.
    """

    def make(trace: Trace) -> OcppMessage:
        where = place(trace, directory) if directory else bringing_place(trace)
        wanted = {"remoteLocation": f"{NOBODY_LISTENS}/" if nowhere else where}
        wanted |= {key: value for key, value in more.items() if key.endswith("Timestamp")}
        rest = {key: value for key, value in more.items() if not key.endswith("Timestamp")}
        return GetLog(**{"requestId": LOG_ID, **rest, "logType": kind, "log": wanted})

    return make


def log_steps(trace: Trace, request_id: int = LOG_ID) -> list[str]:
    """What was told of one upload."""
    return [str(entry.payload["status"]) for entry in trace.all(LogStatusNotification, requestId=request_id)]


def logs_brought(trace: Trace) -> tuple[Entry, ...]:
    """The files that arrived and are not empty."""
    return tuple(entry for entry in brought(trace) if entry.facts["size"] > 0)


def customer(*, report: bool, clear: bool, request_id: int = CUSTOMER_ID, **who: Any) -> OcppMessage:
    """The call that has a station tell, or erase, what it knows of a customer.

    Args:
        report: tell.
        clear: erase.
        request_id: of the call.
        who: `idToken`, `customerIdentifier` or `customerCertificate`.
    """
    return CustomerInformation(requestId=request_id, report=report, clear=clear, **who)


def told_of_customer(trace: Trace, request_id: int = CUSTOMER_ID) -> str:
    """All that was told on one request, its parts put together."""
    parts = trace.all(NotifyCustomerInformation, requestId=request_id)
    return "".join(str(entry.payload["data"]) for entry in parts)


def chain_fault(parts: tuple[Entry, ...]) -> str:
    """What is wrong with the parts of one report: numbers from 0 without a gap, `tbc` on all but the last."""
    numbers = [entry.payload["seqNo"] for entry in parts]
    if numbers != list(range(len(parts))):
        return f"numbers are {numbers}"
    more = [bool(entry.payload.get("tbc", False)) for entry in parts]
    return "" if more == [True] * (len(parts) - 1) + [False] else f"tbc is {more}"
