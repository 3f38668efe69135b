"""Revocation status in a handshake: what the subject staples, and whether it lets go of who was revoked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.checks.tls_attempts import BY_PEER, CLOSED, attempts
from harness.core.verdict import Finding, Verdict
from harness.messages.field import Message
from harness.pki.objection import Severity
from harness.pki.revocation import Needed, status_objections
from harness.trace.entry import Entry, Link, TlsSeen
from harness.trace.trace import Trace

_STAPLED = "the subject staples good OCSP responses"
_LET_GO = "the subject lets go of the vehicle"
_REFUSAL = "FAILED"


def stapled(trace: Trace, roots: Sequence[bytes], *, link: Link = Link.V2G) -> Iterator[Finding]:
    """Whether the subject stapled a good response to each certificate of its chain.

    Args:
        trace: with a handshake in which the tester asked for them.
        roots: DER of the roots that chain and responders may end at.
        link: which of the subject's connections is meant.
    """
    shown = next((entry for entry in _handshakes(trace, link) if entry.facts.get("peer_chain")), None)
    if shown is None:
        yield Finding(verdict=Verdict.INCONCLUSIVE, what=_STAPLED, detail="no chain of the subject was recorded")
        return
    chain = [bytes.fromhex(der) for der in shown.facts["peer_chain"]]
    staples = [bytes.fromhex(der) for der in shown.facts["staples"]]
    there = sum(map(bool, staples))
    told = f"{there} responses for {len(chain)} certificates"
    yield _finding(Verdict.PASS if there == len(chain) else Verdict.FAIL, _STAPLED, told, shown)
    for objection in status_objections(chain, roots, staples, shown.at, needed=Needed.CHAIN):
        failed = objection.severity is Severity.ERROR
        yield Finding(
            verdict=Verdict.FAIL if failed else Verdict.REPORTED,
            what=_STAPLED,
            detail=f"certificate {objection.depth}: {objection.text} [{objection.code}]",
            cites=objection.cites,
            entries=(shown.number,),
            notice=not failed,
        )


def let_go(trace: Trace, *, link: Link = Link.V2G) -> Iterator[Finding]:
    """Whether the subject refused the vehicle: in the handshake, behind it, or by a FAILED response at the latest.

    A station may learn of a revocation only while a session runs; it may not authorise it.

    Args:
        trace: of one vehicle, up to the answer to its AuthorizationReq at most.
        link: where the vehicle is.
    """
    tried = attempts(trace, link)
    if not tried:
        yield Finding(verdict=Verdict.INCONCLUSIVE, what=_LET_GO, detail="there was no TLS handshake")
        return
    attempt = tried[0]
    codes = [one for one in trace.all(Message, sent_by=trace.subject, link=link) if _code(one)]
    refusal = next((one for one in codes if _code(one).startswith(_REFUSAL)), None)
    if attempt.outcome in {BY_PEER, CLOSED}:
        yield _finding(Verdict.PASS, _LET_GO, str(attempt.facts.get("error", "")), attempt.end)
    elif not attempt.complete:
        told = f"it was not the subject that refused: {attempt.outcome}"
        yield _finding(Verdict.INCONCLUSIVE, _LET_GO, told, attempt.end)
    elif refusal is not None:
        yield _finding(Verdict.PASS, _LET_GO, f"it answered {_code(refusal)}", refusal)
    elif attempt.hung_up is not None:
        yield _finding(Verdict.PASS, _LET_GO, "it hung up", attempt.hung_up)
    elif codes:
        yield _finding(Verdict.FAIL, _LET_GO, "it went on as with any other", codes[-1])
    else:
        yield _finding(Verdict.INCONCLUSIVE, _LET_GO, "it fell silent", attempt.end)


def _handshakes(trace: Trace, link: Link) -> Iterator[Entry]:
    return (entry for entry in trace if entry.link is link and isinstance(entry.body, TlsSeen))


def _code(entry: Entry) -> str:
    return str(getattr(entry.message, "response_code", ""))


def _finding(verdict: Verdict, what: str, detail: str, entry: Entry) -> Finding:
    return Finding(verdict=verdict, what=what, detail=detail, entries=(entry.number,))
