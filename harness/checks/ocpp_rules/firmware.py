"""Rules of firmware updates: the order in which they go on, whose they are, and what is told of them."""

from __future__ import annotations

import itertools
from typing import Any

from harness.checks.metering import keys_of
from harness.checks.ocpp_rules.chapter import MINUTE, Chapter, advise, hold
from harness.checks.ocpp_rules.talk import CSMS, STATION, Exchange, Talk, having
from harness.checks.rule import Tally
from harness.core.feature import Feature

FIRMWARE = Chapter()

STATUS, UPDATE = ("FirmwareStatusNotification",), ("UpdateFirmware",)
ENDS = frozenset({"Installed", "DownloadFailed", "InvalidSignature", "InstallVerificationFailed", "InstallationFailed"})
RANK = {
    "DownloadScheduled": 0,
    "Downloading": 1,
    "DownloadPaused": 1,
    "DownloadFailed": 1,
    "Downloaded": 2,
    "SignatureVerified": 3,
    "InvalidSignature": 3,
    "InstallScheduled": 4,
    "Installing": 5,
    "InstallRebooting": 5,
    "InstallVerificationFailed": 6,
    "InstallationFailed": 6,
    "Installed": 6,
}
"""How far an update is with each status; it never goes back."""


def runs_of(talk: Talk, name: str) -> dict[Any, list[Exchange]]:
    """The status notifications of each run, but for those on demand and those that tell of nothing."""
    found: dict[Any, list[Exchange]] = {}
    for one in talk.of(name):
        status, before = one.ask.get("status"), found.get(one.ask.get("requestId"), [])
        repeated = bool(before) and before[-1].ask.get("status") == status
        if status != "Idle" and one.sender is STATION and not repeated:
            found.setdefault(one.ask.get("requestId"), []).append(one)
    return found


@FIRMWARE.rule("RULE-OCPP-FIRMWARE-ORDER", "An update goes forward, and ends once", "L01.FR.20", about=STATUS)
def order(talk: Talk, tally: Tally) -> None:
    """From download over signature to installation; nothing comes behind an end."""
    for run in runs_of(talk, "FirmwareStatusNotification").values():
        for before, one in itertools.pairwise(run):
            first, then = before.ask.get("status"), one.ask.get("status")
            if not talk.mine(one.call) or first not in RANK or then not in RANK:
                continue
            asked = talk.after(
                before.call,
                *UPDATE,
                by=CSMS,
                where=having(requestId=one.ask.get("requestId")),
            )
            anew = asked is not None and asked.call.number < one.call.number
            right = anew or (first not in ENDS and RANK[str(then)] >= RANK[str(first)])
            hold(tally, right, f"{then} behind {first}", before.call, one.call)


@FIRMWARE.rule(
    "RULE-OCPP-FIRMWARE-REQUEST", "A status of an update names its request", "L01.FR.10", "L01.FR.20", about=STATUS
)
def names_request(talk: Talk, tally: Tally) -> None:
    """RequestId in every status but Idle, and one that UpdateFirmware had, where such a one was seen."""
    asked = {one.ask.get("requestId") for one in talk.of("UpdateFirmware")}
    for one in talk.asked(*STATUS, by=STATION):
        number = one.ask.get("requestId")
        if one.ask.get("status") != "Idle":
            right = number is not None and (not asked or number in asked)
            hold(tally, right, f"{one.ask.get('status')} for request {number}", one.call)


@FIRMWARE.rule(
    "RULE-OCPP-FIRMWARE-SIGNED",
    "Firmware is sent with what proves where it comes from",
    "L01.FR.11",
    judges=CSMS,
    about=UPDATE,
)
def signed(talk: Talk, tally: Tally) -> None:
    """Both signingCertificate and signature; neither of them is an update that cannot be verified: told."""
    for one in talk.asked(*UPDATE, by=CSMS):
        firmware = keys_of(one.ask.get("firmware"))
        there = [key in firmware for key in ("signingCertificate", "signature")]
        hold(tally, all(there) or not any(there), "one of signingCertificate and signature is missing", one.call)
        advise(tally, any(there), "firmware without a signature", one.call)


@FIRMWARE.rule(
    "RULE-OCPP-FIRMWARE-EVENTS",
    "Bad firmware and new firmware are security events",
    "L01.FR.02",
    "L01.FR.03",
    "L01.FR.31",
    about=(*STATUS, *UPDATE),
    needs=(Feature.SECURITY_EVENTS,),
)
def security_events(talk: Talk, tally: Tally) -> None:
    """InvalidFirmwareSigningCertificate, InvalidFirmwareSignature and FirmwareUpdated, soon behind the cause."""
    causes = [
        (one.done, "InvalidFirmwareSigningCertificate")
        for one in talk.replied(*UPDATE, by=STATION)
        if one.status == "InvalidCertificate"
    ]
    for one in talk.asked(*STATUS, by=STATION):
        kind = {"InvalidSignature": "InvalidFirmwareSignature", "Installed": "FirmwareUpdated"}.get(
            str(one.ask.get("status"))
        )
        if kind is not None and talk.before(one.call, "TriggerMessage") is None:
            causes.append((one.call, kind))
    for entry, kind in causes:
        told = [one for one in talk.of("SecurityEventNotification") if one.ask.get("type") == kind]
        # New firmware may tell of itself at its boot, before the status.
        near = [one for one in told if abs(one.call.at - entry.at) <= MINUTE]
        if near or talk.watched(entry) > MINUTE:
            hold(tally, bool(near), f"no {kind} followed it", entry)


@FIRMWARE.rule("RULE-OCPP-FIRMWARE-REPLACED", "A new update replaces one that is under way", "L01.FR.24", about=UPDATE)
def replaced(talk: Talk, tally: Tally) -> None:
    """While an update goes on, another request is AcceptedCanceled or Rejected, not just Accepted."""
    for one in talk.replied(*UPDATE, by=STATION):
        running = under_way(talk, one, "FirmwareStatusNotification", ENDS)
        if running is not None:
            right = one.status != "Accepted"
            hold(tally, right, f"update {running} was under way, the new one was Accepted", *one.said)
        elif one.status == "AcceptedCanceled" and talk.before(one.call, *UPDATE) is None and talk.boots:
            tally.notice("AcceptedCanceled, and no other update was seen", *one.said)


def under_way(talk: Talk, one: Exchange, name: str, ends: frozenset[str]) -> Any:
    """The request whose run surely went on when a call came; None where none did."""
    told = [each for each in talk.of(name) if each.call.number < one.call.number and each.ask.get("status") != "Idle"]
    last = told[-1] if told else None
    if last is None or last.ask.get("status") in ends or last.ask.get("requestId") == one.ask.get("requestId"):
        return None
    later = talk.after(one.call, name, by=STATION)
    over = (
        later is not None
        and later.ask.get("requestId") == last.ask.get("requestId")
        and later.call.at - one.call.at < 1.0
    )
    booted = talk.after(last.call, "BootNotification")
    gone = booted is not None and booted.call.number < one.call.number
    return None if over or gone else last.ask.get("requestId")


@FIRMWARE.rule("RULE-OCPP-FIRMWARE-BOOT", "A boot into new firmware says so", "B01.FR.09", about=STATUS)
def boots(talk: Talk, tally: Tally) -> None:
    """The boot that follows InstallRebooting has the reason FirmwareUpdate."""
    for one in talk.asked(*STATUS, by=STATION):
        boot = (
            talk.after(one.call, "BootNotification", by=STATION)
            if one.ask.get("status") == "InstallRebooting"
            else None
        )
        if boot is not None and not _reset_between(talk, one, boot):
            hold(
                tally,
                boot.ask.get("reason") == "FirmwareUpdate",
                f"the reason is {boot.ask.get('reason')}",
                one.call,
                boot.call,
            )


def _reset_between(talk: Talk, one: Exchange, boot: Exchange) -> bool:
    reset = talk.before(boot.call, "Reset")
    return reset is not None and reset.call.number > one.call.number


@FIRMWARE.rule(
    "RULE-OCPP-FIRMWARE-PUBLISHED",
    "Firmware that was published can be found",
    about=("PublishFirmwareStatusNotification",),
)
def published(talk: Talk, tally: Tally) -> None:
    """The status Published of a local controller tells where it lies."""
    for one in talk.asked("PublishFirmwareStatusNotification", by=STATION):
        if one.ask.get("status") == "Published":
            hold(tally, bool(one.ask.get("location")), "Published, without a location", one.call)
