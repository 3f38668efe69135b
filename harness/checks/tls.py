"""What became of a TLS handshake, and what a chain that the subject showed is worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.core.case import Role
from harness.core.verdict import Finding, Verdict
from harness.pki.flaws import CERTIFICATE_ALERTS, Flaw
from harness.pki.lint import lint_chain
from harness.pki.objection import Objection, Severity
from harness.pki.recipe import ChainKind, Edition, Profile
from harness.pki.rules import rules_for
from harness.trace.entry import Entry, Link, LinkSeen, TlsSeen
from harness.trace.trace import Trace

NO_CERTIFICATE = frozenset({116, 40})
"""certificate_required of TLS 1.3, handshake_failure of TLS 1.2."""

PROFILE_FLAWS = (Flaw.WRONG_CURVE, Flaw.THIRD_SUB_CA)
"""Flaws against the profile of ISO 15118-20 alone: ask only devices that claim to keep to it."""

VEHICLE_FLAWS = tuple(flaw for flaw in Flaw if flaw not in PROFILE_FLAWS)
"""Flaws that every station must refuse in a vehicle's chain."""

STATION_FLAWS = VEHICLE_FLAWS
"""Flaws that every EV must refuse in a station's chain."""

_BY_PEER = "refused by the peer"
_CLOSED = "closed by the peer"
_KINDS = {
    (Link.V2G, Role.EV): ChainKind.VEHICLE,
    (Link.V2G, Role.STATION): ChainKind.SECC,
    (Link.OCPP, Role.STATION): ChainKind.STATION,
    (Link.OCPP, Role.CSMS): ChainKind.CSMS,
}


def refused(trace: Trace, *, alerts: frozenset[int] = CERTIFICATE_ALERTS, link: Link = Link.V2G) -> Iterator[Finding]:
    """Whether the subject refused the first handshake of a trace that the tester's side recorded.

    What must be: no usable connection. The subject may also let TLS pass and close before it answers anything. Which
    alert it sends, or none, is told but not judged: no standard at hand asks for a certain one.

    Args:
        trace: with the handshake in it, written by the side that showed the flaw.
        alerts: numbers of the alerts that fit.
        link: which of the subject's connections is meant.
    """
    attempt = _first_attempt(trace, link)
    if not attempt:
        yield _finding(Verdict.INCONCLUSIVE, "there was no TLS handshake")
        return
    last = next((entry for entry in reversed(attempt) if _event(entry) in {"refused", "handshake"}), attempt[0])
    if _event(last) == "refused":
        yield from _refusal(last, alerts)
    else:
        yield from _afterwards(trace, attempt, last)


def chain_profile(trace: Trace, *, link: Link = Link.V2G, profile: Profile = Profile.STRICT_20) -> Iterator[Finding]:
    """What the profile has against the chain that the subject showed, whether it was taken or not.

    The chain is read by the edition of Annex B that it fits better; where the source of a rule is weak, it is told and
    not judged.
    """
    what = "the subject's chain keeps to its profile"
    kind = _KINDS.get((link, trace.subject)) if trace.subject else None
    shown = next((entry for entry in _tls_entries(trace, link) if _facts(entry).get("peer_chain")), None)
    if kind is None or shown is None:
        yield Finding(verdict=Verdict.INCONCLUSIVE, what=what, detail="the subject showed no chain that was recorded")
        return
    chain = tuple(bytes.fromhex(der) for der in _facts(shown)["peer_chain"])
    edition, objections = _fitting(chain, kind, profile)
    for objection in objections:
        failed = objection.severity is Severity.ERROR
        yield _objected(Verdict.FAIL if failed else Verdict.REPORTED, what, objection, shown)
    if all(objection.severity is not Severity.ERROR for objection in objections):
        detail = f"nothing against {len(chain)} certificates, read by edition {edition}"
        yield Finding(verdict=Verdict.PASS, what=what, detail=detail, entries=(shown.number,))


def _fitting(chain: tuple[bytes, ...], kind: ChainKind, profile: Profile) -> tuple[Edition, tuple[Objection, ...]]:
    """The edition that the chain fits better, the newer one in doubt, and what that edition has against it."""
    read = {edition: lint_chain(chain, rules_for(kind, profile, edition)) for edition in Edition}

    def badness(edition: Edition) -> tuple[int, int, bool]:
        errors = sum(objection.severity is Severity.ERROR for objection in read[edition])
        return errors, len(read[edition]), edition is not Edition.AMD1

    best = min(read, key=badness)
    return best, read[best]


def _refusal(entry: Entry, alerts: frozenset[int]) -> Iterator[Finding]:
    """A handshake that came to nothing: by whom?"""
    facts = _facts(entry)
    outcome = facts.get("outcome")
    error = str(facts.get("error", ""))
    if outcome not in {_BY_PEER, _CLOSED}:
        yield _finding(Verdict.INCONCLUSIVE, f"it was not the subject that refused: {outcome}, {error}", entry)
        return
    yield _finding(Verdict.PASS, error, entry)
    received = [alert for alert in facts.get("alerts", ()) if alert["fatal"] and not alert["sent"]]
    if not received:
        yield _notice("no alert told why", entry)
    elif received[0]["number"] not in alerts:
        fitting = ", ".join(str(number) for number in sorted(alerts))
        said = f"{received[0]['name']} ({received[0]['number']})"
        yield _notice(f"the alert was {said}, where one of {fitting} would fit", entry)


def _afterwards(trace: Trace, attempt: tuple[Entry, ...], handshake: Entry) -> Iterator[Finding]:
    """A handshake that passed: did the subject answer anything, or close instead?"""
    rest = attempt[attempt.index(handshake) + 1 :]
    answer = next((entry for entry in rest if entry.message is not None and _of_subject(trace, entry)), None)
    if answer is not None:
        yield _finding(Verdict.FAIL, "the handshake passed and the subject went on to talk", handshake, answer)
        return
    gone = next((entry for entry in rest if _is_end(entry) and _of_subject(trace, entry)), None)
    if gone is None:
        detail = "the handshake passed, and then the subject neither talked nor closed"
        yield _finding(Verdict.INCONCLUSIVE, detail, handshake)
        return
    yield _finding(Verdict.PASS, "the handshake passed, but the subject closed before it said anything", gone)
    yield _notice("refused after the handshake, not by an alert within it", handshake)


def _first_attempt(trace: Trace, link: Link) -> tuple[Entry, ...]:
    """The entries of a link from the first handshake's end up to the second's, a late refusal included."""
    found: list[Entry] = []
    for entry in trace:
        if entry.link is not link:
            continue
        event = _event(entry)
        if not found:
            if event in {"handshake", "refused"}:
                found.append(entry)
            continue
        refused_before = any(_event(earlier) == "refused" for earlier in found)
        if event == "handshake" or (event == "refused" and refused_before):
            break
        found.append(entry)
    return tuple(found)


def _tls_entries(trace: Trace, link: Link) -> Iterator[Entry]:
    return (entry for entry in trace if entry.link is link and isinstance(entry.body, TlsSeen))


def _event(entry: Entry) -> str:
    return entry.body.event if isinstance(entry.body, TlsSeen) else ""


def _facts(entry: Entry) -> dict[str, Any]:
    return entry.body.facts if isinstance(entry.body, TlsSeen) else {}


def _is_end(entry: Entry) -> bool:
    if isinstance(entry.body, LinkSeen):
        return entry.body.state in {"closed", "reset"}
    return _event(entry) == "closed"


def _of_subject(trace: Trace, entry: Entry) -> bool:
    return entry.sender is not None and entry.sender is trace.subject


def _objected(verdict: Verdict, what: str, objection: Objection, entry: Entry) -> Finding:
    return Finding(
        verdict=verdict,
        what=what,
        detail=f"certificate {objection.depth}: {objection.text} [{objection.code}]",
        cites=objection.cites,
        entries=(entry.number,),
        notice=verdict is Verdict.REPORTED,
    )


def _finding(verdict: Verdict, detail: str, *entries: Entry) -> Finding:
    return Finding(
        verdict=verdict,
        what="the subject refuses the handshake",
        detail=detail,
        entries=tuple(entry.number for entry in entries),
    )


def _notice(detail: str, entry: Entry) -> Finding:
    return Finding(
        verdict=Verdict.REPORTED,
        what="how the subject refuses",
        detail=detail,
        entries=(entry.number,),
        notice=True,
    )
