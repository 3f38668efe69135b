"""What the judges make of staples, and of stations that let vehicles go or not."""

from __future__ import annotations

from typing import Any

import pytest

from harness.checks import tls
from harness.core.case import Role
from harness.core.verdict import Finding, Verdict, worst
from harness.messages.iso20.common import AuthorizationRes, SessionSetupRes
from harness.messages.iso20.types import MessageHeader, Processing, ResponseCode
from harness.pki.build import Pki
from harness.pki.ocsp import Status
from harness.trace.entry import Body, Link, LinkSeen, Seen, TlsSeen
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace
from harness.transports.clock import VIRTUAL_EPOCH

PKI = Pki.generate(VIRTUAL_EPOCH)
CHAIN = PKI.secc_chain()
PASSED = TlsSeen(event="handshake", facts={"outcome": "complete"})
US, THEM = Role.EV, Role.STATION
HEADER = MessageHeader(session_id=bytes(8), time_stamp=0)


def written(*bodies: tuple[Role | None, Body]) -> Trace:
    recorder = Recorder(THEM)
    for sender, body in bodies:
        recorder.add(VIRTUAL_EPOCH, Link.V2G, sender, body)
    return recorder.trace()


def stapling(*staples: bytes) -> Trace:
    facts = {"peer_chain": [der.hex() for der in CHAIN.chain], "staples": [der.hex() for der in staples]}
    return written((US, TlsSeen(event="handshake", facts=facts)))


def judged(findings: Any) -> tuple[Verdict, str]:
    found: list[Finding] = list(findings)
    return worst(found), " ".join(finding.detail for finding in found)


def test_a_good_response_for_each_certificate_passes() -> None:
    assert judged(tls.stapled(stapling(*PKI.staples(CHAIN)), PKI.v2g_roots)) == (
        Verdict.PASS,
        "3 responses for 3 certificates",
    )


@pytest.mark.parametrize(
    ("staples", "code"),
    [
        ((), "status.missing"),
        (PKI.staples(CHAIN)[:1], "status.missing"),
        (PKI.staples(CHAIN, Status.STALE), "status.stale"),
        (PKI.staples(CHAIN, Status.TOO_LONG), "status.too_long"),
        (PKI.staples(CHAIN, Status.REVOKED, 2), "status.revoked"),
        (PKI.staples(CHAIN, Status.WRONG_SIGNER), "status.signer"),
        (PKI.staples(CHAIN, Status.GARBAGE, 0), "status."),
    ],
    ids=["none", "leaf alone", "stale", "too long", "revoked", "wrong signer", "garbage"],
)
def test_anything_else_fails_and_says_why(staples: tuple[bytes, ...], code: str) -> None:
    verdict, told = judged(tls.stapled(stapling(*staples), PKI.v2g_roots))

    assert verdict is Verdict.FAIL
    assert code in told


def test_without_a_chain_there_is_nothing_to_judge() -> None:
    assert judged(tls.stapled(written(), PKI.v2g_roots))[0] is Verdict.INCONCLUSIVE


def answer(code: ResponseCode, kind: type[Any] = AuthorizationRes) -> Seen:
    more = {"evse_processing": Processing.FINISHED} if kind is AuthorizationRes else {"evse_id": "DE*HAR*E1"}
    return Seen(data=b"", message=kind(header=HEADER, response_code=code, **more))


SETUP = answer(ResponseCode.OK_NEW_SESSION_ESTABLISHED, SessionSetupRes)
REFUSED = TlsSeen(event="refused", facts={"outcome": "refused by the peer", "error": "certificate_revoked"})
SILENT = TlsSeen(event="refused", facts={"outcome": "timeout"})


@pytest.mark.parametrize(
    ("bodies", "verdict"),
    [
        ((), "INCONCLUSIVE"),
        (((THEM, REFUSED),), "PASS"),
        (((US, SILENT),), "INCONCLUSIVE"),
        (((US, PASSED), (THEM, LinkSeen(state="closed"))), "PASS"),
        (((US, PASSED), (THEM, SETUP), (THEM, answer(ResponseCode.FAILED))), "PASS"),
        (((US, PASSED), (THEM, SETUP), (THEM, LinkSeen(state="closed"))), "PASS"),
        (((US, PASSED), (THEM, SETUP), (THEM, answer(ResponseCode.OK))), "FAIL"),
        (((US, PASSED),), "INCONCLUSIVE"),
    ],
    ids=["nothing", "alert", "silence", "hung up", "failed", "hung up later", "authorised", "mute"],
)
def test_whether_a_vehicle_was_let_go(bodies: Any, verdict: str) -> None:
    assert judged(tls.let_go(written(*bodies)))[0] is Verdict(verdict)
