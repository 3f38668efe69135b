"""The TLS judges over what our own endpoints really recorded, and over traces that tell less."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec import structs

from harness.checks import tls
from harness.core.case import Role
from harness.core.verdict import Finding, Verdict, worst
from harness.messages.sap import SupportedAppProtocolRes
from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.pki.recipe import ChainKind, Subject
from harness.trace.entry import Body, Link, LinkSeen, Note, Seen, TlsSeen
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace
from harness.transports.clock import VIRTUAL_EPOCH, run, running_clock
from harness.transports.contract import connected
from harness.transports.memory import MemoryNetwork
from harness.transports.tls.profile import STRICT_20
from harness.transports.tls.report import TlsEvent
from harness.transports.tls.secure import secure_client, secure_server

PKI = Pki.generate(VIRTUAL_EPOCH)


def recorded(subject: Role, *, vehicle: Any = None, station: Any = None, **station_terms: Any) -> Recorder:
    """What the side opposite to the subject records of a handshake."""
    recorder = Recorder(subject)
    ours = Role.EV if subject is Role.STATION else Role.STATION

    def keep(event: TlsEvent) -> None:
        body = TlsSeen(event=event.event, facts=event.facts, alert=event.alert, detail=event.detail)
        recorder.add(event.at, Link.V2G, ours if event.sent else subject, body)

    async def meet() -> None:
        one, other = await connected(MemoryNetwork())
        now = running_clock().now
        await asyncio.gather(
            secure_client(
                one, vehicle or PKI.vehicle_chain(), PKI.v2g_roots, STRICT_20, now=now,
                on_event=keep if ours is Role.EV else None,
            ),
            secure_server(
                other, station or PKI.secc_chain(), PKI.oem_roots, STRICT_20, now=now,
                on_event=keep if ours is Role.STATION else None, **station_terms,
            ),
            return_exceptions=True,
        )  # fmt: skip

    run(meet(), virtual=True)
    return recorder


def written(*bodies: tuple[Role | None, Body]) -> Trace:
    recorder = Recorder(Role.STATION)
    for at, (sender, body) in enumerate(bodies):
        recorder.add(float(at), Link.V2G, sender, body)
    return recorder.trace()


def verdict(findings: Any) -> tuple[Verdict, list[Finding]]:
    found = list(findings)
    return worst(found), [finding for finding in found if finding.notice]


ANSWER = Seen(data=b"", message=SupportedAppProtocolRes(response_code="OK_SuccessfulNegotiation", schema_id=1))  # type: ignore[arg-type]
PASSED = TlsSeen(event="handshake", facts={"outcome": "complete"})


@pytest.mark.parametrize("subject", [Role.STATION, Role.EV])
@pytest.mark.parametrize("flaw", tls.VEHICLE_FLAWS, ids=lambda flaw: flaw.value)
def test_a_real_refusal_passes(flaw: Flaw, subject: Role) -> None:
    flawed = {"vehicle": PKI.vehicle_chain(flaw=flaw)} if subject is Role.STATION else {"station": PKI.secc_chain(flaw)}

    trace = recorded(subject, **flawed).trace()

    assert verdict(tls.refused(trace, alerts=flaw.alerts)) == (Verdict.PASS, [])


def test_an_alert_that_does_not_fit_is_only_told() -> None:
    trace = recorded(Role.STATION, vehicle=PKI.vehicle_chain(flaw=Flaw.EXPIRED)).trace()

    said, notices = verdict(tls.refused(trace, alerts=frozenset({48})))

    assert said is Verdict.PASS
    assert [notice.detail for notice in notices] == [
        "the alert was certificate_expired (45), where one of 48 would fit"
    ]


def test_a_subject_that_takes_the_chain_and_talks_fails() -> None:
    recorder = recorded(Role.STATION, vehicle=PKI.vehicle_chain(flaw=Flaw.EXPIRED), check="accept")
    recorder.add(VIRTUAL_EPOCH, Link.V2G, Role.STATION, ANSWER)

    (finding,) = tls.refused(recorder.trace(), alerts=Flaw.EXPIRED.alerts)

    assert finding.verdict is Verdict.FAIL
    assert finding.entries == (1, 2)


def test_a_subject_that_takes_the_chain_and_falls_silent_proves_nothing() -> None:
    trace = recorded(Role.STATION, vehicle=PKI.vehicle_chain(flaw=Flaw.EXPIRED), check="accept").trace()

    assert verdict(tls.refused(trace))[0] is Verdict.INCONCLUSIVE


def test_a_close_by_the_subject_before_any_answer_is_a_refusal_too() -> None:
    trace = written((None, PASSED), (Role.EV, Note(text="asks")), (Role.STATION, LinkSeen(state="closed")))

    said, notices = verdict(tls.refused(trace))

    assert said is Verdict.PASS
    assert len(notices) == 1


def test_a_close_by_ourselves_is_none() -> None:
    assert verdict(tls.refused(written((None, PASSED), (Role.EV, LinkSeen(state="closed")))))[0] is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("outcome", ["timeout", "refused by us"])
def test_our_own_giving_up_proves_nothing(outcome: str) -> None:
    trace = written((None, TlsSeen(event="refused", facts={"outcome": outcome, "error": "because"})))

    assert verdict(tls.refused(trace))[0] is Verdict.INCONCLUSIVE


def test_a_reset_without_alert_passes_and_is_told() -> None:
    trace = written((None, TlsSeen(event="refused", facts={"outcome": "closed by the peer", "alerts": []})))

    said, notices = verdict(tls.refused(trace))

    assert said is Verdict.PASS
    assert [notice.detail for notice in notices] == ["no alert told why"]


def test_a_late_refusal_counts_and_the_next_attempt_does_not() -> None:
    late = TlsSeen(
        event="refused",
        facts={
            "outcome": "refused by the peer",
            "error": "the peer sent unknown_ca (48)",
            "alerts": [{"sent": False, "fatal": True, "number": 48, "name": "unknown_ca"}],
        },
    )
    trace = written((None, PASSED), (None, late), (None, PASSED), (Role.STATION, ANSWER))

    assert verdict(tls.refused(trace)) == (Verdict.PASS, [])
    assert verdict(tls.refused(written((None, PASSED), (Role.STATION, ANSWER), (None, late))))[0] is Verdict.PASS


def test_without_any_handshake_nothing_is_judged() -> None:
    assert verdict(tls.refused(written()))[0] is Verdict.INCONCLUSIVE
    assert verdict(tls.chain_profile(written()))[0] is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("subject", [Role.STATION, Role.EV])
def test_a_good_chain_keeps_to_its_profile(subject: Role) -> None:
    assert verdict(tls.chain_profile(recorded(subject).trace())) == (Verdict.PASS, [])


def test_a_vehicle_that_names_too_much_fails() -> None:
    recipe = PKI.recipe(ChainKind.VEHICLE)
    named = structs.replace(recipe.leaf.subject, country="DE")
    vehicle = PKI.make(structs.replace(recipe, leaf=structs.replace(recipe.leaf, subject=named)))

    said, _ = verdict(tls.chain_profile(recorded(Role.EV, vehicle=vehicle, check="accept").trace()))

    assert said is Verdict.FAIL


def test_a_chain_is_read_by_the_edition_that_it_fits() -> None:
    recipe = PKI.recipe(ChainKind.VEHICLE)
    plain = Subject(common_name=recipe.leaf.subject.common_name, organisation="Some OEM")
    older = structs.replace(recipe, leaf=structs.replace(recipe.leaf, subject=plain, extended_uses=()))

    found = list(tls.chain_profile(recorded(Role.EV, vehicle=PKI.make(older), check="accept").trace()))

    assert worst(found) is Verdict.PASS
    assert "edition 2022" in found[-1].detail
    told = {finding.detail.partition("[")[2] for finding in found if finding.notice}
    assert told == {"certificate.edition]", "leaf.no_extended_use]"}


def test_a_strict_side_that_refused_still_shows_the_chain() -> None:
    trace = recorded(Role.EV, vehicle=PKI.vehicle_chain(flaw=Flaw.THIRD_SUB_CA)).trace()

    failed = [finding for finding in tls.chain_profile(trace) if finding.verdict is Verdict.FAIL]

    assert ("V2G20-1003", "V2G20-1005") in [finding.cites for finding in failed]


def test_the_common_flaws_are_named_once() -> None:
    assert len(set(tls.VEHICLE_FLAWS)) == len(tls.VEHICLE_FLAWS)
    assert set(tls.STATION_FLAWS) < set(Flaw)
