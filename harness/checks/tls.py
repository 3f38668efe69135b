"""What became of a TLS handshake, and what a chain that the subject showed is worth."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.tls_attempts import BY_PEER, CLOSED, Attempt, attempts
from harness.checks.tls_outcomes import broken_off as broken_off
from harness.checks.tls_outcomes import either_way as either_way
from harness.checks.tls_outcomes import served_next as served_next
from harness.checks.tls_outcomes import taken as taken
from harness.checks.tls_status import let_go as let_go
from harness.checks.tls_status import stapled as stapled
from harness.core.case import Role
from harness.core.verdict import Finding, Verdict
from harness.pki.flaws import CERTIFICATE_ALERTS
from harness.pki.flaws.families import Family, family
from harness.pki.lint import lint_chain
from harness.pki.objection import Objection, Severity
from harness.pki.recipe import ChainKind, Edition, Profile
from harness.pki.rules import rules_for
from harness.trace.entry import Entry, Link, TlsSeen
from harness.trace.trace import Trace

NO_CERTIFICATE = frozenset({116, 40})
"""certificate_required of TLS 1.3, handshake_failure of TLS 1.2."""

NO_PROOF = frozenset({10, 47, 50, 51})
"""decrypt_error, illegal_parameter, decode_error, unexpected_message: CertificateVerify is wrong, or not there."""

OUT_OF_ORDER = frozenset({10, 20, 47, 100})
"""unexpected_message, bad_record_mac, illegal_parameter, no_renegotiation: what came had no place there."""

UNREADABLE = frozenset({10, 42, 47, 50})
"""decode_error, bad_certificate, illegal_parameter, unexpected_message: bytes that nobody can read."""

INCOMPLETE = frozenset({40, 47, 70, 109})
"""missing_extension, handshake_failure, illegal_parameter, protocol_version: a hello that lacks something."""

TOO_OLD = frozenset({40, 70, 86})
"""protocol_version, inappropriate_fallback, handshake_failure: a version of long ago."""

NOT_ASKED = frozenset({47, 110})
"""unsupported_extension, illegal_parameter: an answer without a question."""

BAD_STATUS = frozenset({42, 44, 46, 113})
"""bad_certificate_status_response, certificate_revoked, certificate_unknown, bad_certificate."""

NOTHING_IN_COMMON = frozenset({40, 47, 71})
"""handshake_failure, illegal_parameter, insufficient_security: no suite, group or scheme that both know."""

VEHICLE_FLAWS = family(Family.COMMON, ChainKind.VEHICLE)
"""The common flaws, which every station must refuse in a vehicle's chain; the families have cases of their own."""

STATION_FLAWS = family(Family.COMMON, ChainKind.SECC)
"""The common flaws, which every EV must refuse in a station's chain."""

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
    tried = attempts(trace, link)
    if not tried:
        yield _finding(Verdict.INCONCLUSIVE, "there was no TLS handshake")
    elif tried[0].complete:
        yield from _afterwards(tried[0])
    else:
        yield from _refusal(tried[0], alerts)


def chain_profile(trace: Trace, *, link: Link = Link.V2G, profile: Profile = Profile.STRICT_20) -> Iterator[Finding]:
    """What the profile has against the chain that the subject showed, whether it was taken or not.

    The chain is read by the edition of Annex B that it fits better; where the source of a rule is weak, it is told and
    not judged.
    """
    what = "the subject's chain keeps to its profile"
    kind = _KINDS.get((link, trace.subject)) if trace.subject else None
    shown = next((entry for entry in _tls_entries(trace, link) if entry.facts.get("peer_chain")), None)
    if kind is None or shown is None:
        yield Finding(verdict=Verdict.INCONCLUSIVE, what=what, detail="the subject showed no chain that was recorded")
        return
    chain = tuple(bytes.fromhex(der) for der in shown.facts["peer_chain"])
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


def _refusal(attempt: Attempt, alerts: frozenset[int]) -> Iterator[Finding]:
    """A handshake that came to nothing: by whom?"""
    entry, facts = attempt.end, attempt.facts
    error = str(facts.get("error", ""))
    if attempt.outcome not in {BY_PEER, CLOSED}:
        told = f"it was not the subject that refused: {attempt.outcome}, {error}"
        yield _finding(Verdict.INCONCLUSIVE, told, entry)
        return
    yield _finding(Verdict.PASS, error, entry)
    received = [alert for alert in facts.get("alerts", ()) if alert["fatal"] and not alert["sent"]]
    if not received:
        yield _notice("no alert told why", entry)
    elif received[0]["number"] not in alerts:
        fitting = ", ".join(str(number) for number in sorted(alerts))
        said = f"{received[0]['name']} ({received[0]['number']})"
        yield _notice(f"the alert was {said}, where one of {fitting} would fit", entry)


def _afterwards(attempt: Attempt) -> Iterator[Finding]:
    """A handshake that passed: did the subject answer anything, or close instead?"""
    handshake, answer, gone = attempt.end, attempt.answer, attempt.hung_up
    if answer is not None:
        yield _finding(Verdict.FAIL, "the handshake passed and the subject went on to talk", handshake, answer)
    elif gone is None:
        detail = "the handshake passed, and then the subject neither talked nor closed"
        yield _finding(Verdict.INCONCLUSIVE, detail, handshake)
    else:
        yield _finding(Verdict.PASS, "the handshake passed, but the subject closed before it said anything", gone)
        yield _notice("refused after the handshake, not by an alert within it", handshake)


def _tls_entries(trace: Trace, link: Link) -> Iterator[Entry]:
    return (entry for entry in trace if entry.link is link and isinstance(entry.body, TlsSeen))


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
