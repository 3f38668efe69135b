"""Who was let in over OCPP: how a backend turned a station away, what a station did about a backend, and told of it."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509
from cryptography.x509.oid import NameOID

from harness.checks.conversation import refused as refused_call
from harness.checks.tls import refused
from harness.checks.tls_attempts import BY_PEER, CLOSED, attempts
from harness.core.case import Role
from harness.core.verdict import Finding, Verdict
from harness.messages.ocpp import BootNotification, GetVariables, SecurityEventNotification
from harness.pki.flaws import CERTIFICATE_ALERTS
from harness.pki.lint import parse_certificate
from harness.trace.entry import Entry, Link, LinkSeen, Seen, TlsSeen
from harness.trace.trace import Trace

LINK = Link.OCPP
STARTS = ("StartupOfTheDevice", "ResetOrReboot")
"""What a station has to tell when it has started."""
TOO_OLD = frozenset({70, 40})
"""protocol_version, handshake_failure."""
NOTHING_IN_COMMON = frozenset({40, 70, 71})
"""handshake_failure, protocol_version (what else is left of an old client), insufficient_security."""
OLDEST = 0x0303
"""TLS 1.2 (A00.FR.313)."""

_OUT = "the backend keeps the station out"
_HTTP = "HTTP "


def kept_out(trace: Trace, *, alerts: frozenset[int] = CERTIFICATE_ALERTS) -> Iterator[Finding]:
    """Whether the first connection of a station came to nothing by the backend's doing.

    It may refuse TLS, refuse the upgrade to a WebSocket with an HTTP status, or hang up before it says anything.

    Args:
        trace: recorded by the station.
        alerts: numbers of the alerts that fit a refusal by TLS.
    """
    tried = attempts(trace, Link.OCPP)
    if tried and not tried[0].complete:
        yield from refused(trace, alerts=alerts, link=Link.OCPP)
        return
    part = tried[0].rest if tried else tuple(entry for entry in trace if entry.link is Link.OCPP)
    answer = next((one for one in part if isinstance(one.body, Seen) and one.sender is Role.CSMS), None)
    ended = next((one for one in part if _keeps_out(one)), None)
    if answer is not None and (ended is None or answer.number < ended.number):
        yield _finding(Verdict.FAIL, "it let the station in and talked to it", answer)
    elif ended is None:
        yield _finding(Verdict.INCONCLUSIVE, "it neither talked to the station nor turned it away", *part[:1])
    else:
        yield _finding(Verdict.PASS, _told(ended), ended)
        if not status_of(ended):
            yield _finding(Verdict.REPORTED, "by hanging up, neither by an alert nor by an HTTP status", ended)


def refusals(trace: Trace) -> tuple[Entry, ...]:
    """Where a connection was refused, in TLS or by an HTTP status."""
    in_tls = trace.all(TlsSeen, event="refused", link=Link.OCPP)
    return (*in_tls, *trace.all(LinkSeen, state="refused", link=Link.OCPP))


def names_its_serial(trace: Trace) -> Iterator[Finding]:
    """Whether the station's certificate names the serial number told at boot, and an organisation."""
    what = "the names in the station's certificate"
    first = next((one for one in attempts(trace, Link.OCPP) if one.facts.get("peer_chain")), None)
    boot = next(iter(trace.all(BootNotification)), None)
    if first is None or boot is None:
        yield Finding(verdict=Verdict.INCONCLUSIVE, what=what, detail="no certificate was shown, or there was no boot")
        return
    parsed = parse_certificate(bytes.fromhex(first.facts["peer_chain"][0]), 0)
    subject = parsed.subject if isinstance(parsed, x509.Certificate) else x509.Name([])
    common = [str(one.value) for one in subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    owner = [str(one.value) for one in subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
    serial = boot.payload["chargingStation"].get("serialNumber", "")
    told = f"common name {', '.join(common) or 'none'}, organisation {', '.join(owner) or 'none'}; at boot {serial!r}"
    yield _about(what, Verdict.PASS if common == [serial] and owner else Verdict.FAIL, told, first.end, boot)


def came_to_nothing(trace: Trace) -> Iterator[Finding]:
    """Whether the first attempt at TLS, in which our side said nothing sensible, was given up by whomever."""
    what = "what is no TLS comes to nothing"
    tried = attempts(trace, Link.OCPP)
    if not tried:
        yield Finding(verdict=Verdict.INCONCLUSIVE, what=what, detail="there was no attempt")
        return
    verdict = Verdict.FAIL if tried[0].complete else Verdict.PASS
    yield _about(what, verdict, str(tried[0].facts.get("error", "")), tried[0].end)


def agreed(trace: Trace, suites: tuple[str, ...]) -> Iterator[Finding]:
    """Whether the first handshake came to one of these suites, by their OpenSSL names."""
    what = "the suite agreed on"
    tried = attempts(trace, Link.OCPP)
    if not tried:
        yield Finding(verdict=Verdict.INCONCLUSIVE, what=what, detail="there was no TLS handshake")
        return
    suite = str(tried[0].facts.get("suite", ""))
    verdict = Verdict.PASS if suite in suites else Verdict.FAIL
    told = f"is {suite or 'none'}, must be one of {', '.join(suites)}"
    yield _about(what, verdict, told, tried[0].end)


def status(trace: Trace) -> Entry | None:
    """Where the first upgrade was refused with an HTTP status; None where it was not."""
    return next((entry for entry in trace if status_of(entry)), None)


def status_of(entry: Entry) -> int:
    """The HTTP status that an upgrade was refused with; 0 for any other entry."""
    body = entry.body
    if not isinstance(body, LinkSeen) or body.state != "refused" or _HTTP not in body.detail:
        return 0
    number = body.detail.partition(_HTTP)[2][:3]
    return int(number) if number.isdigit() else 0


def security_events(trace: Trace, kind: str) -> tuple[Entry, ...]:
    """The notifications of one kind of security event."""
    return trace.all(SecurityEventNotification, type=kind)


def not_used(trace: Trace, *, what: str, alerts: frozenset[int]) -> Iterator[Finding]:
    """Whether the first handshake of a station came to nothing, refused by it or for want of anything in common.

    Args:
        trace: recorded by the backend, which offered nothing that a station may use.
        what: the sentence of the finding.
        alerts: numbers of the alerts that fit.
    """
    tried = attempts(trace, Link.OCPP)
    if not tried:
        yield Finding(verdict=Verdict.INCONCLUSIVE, what=what, detail="there was no TLS handshake")
        return
    first = tried[0]
    if first.complete and first.answer is not None:
        told = f"it used {first.facts.get('version')} with {first.facts.get('suite')}"
        yield _about(what, Verdict.FAIL, told, first.end, first.answer)
    elif first.complete:
        yield from refused(trace, alerts=alerts, link=Link.OCPP)
    else:
        yield _about(what, Verdict.PASS, str(first.facts.get("error", "")), first.end)


def refused_again(trace: Trace) -> Iterator[Finding]:
    """Whether the station, which had used the backend before, refused its second handshake."""
    what = "the second handshake is refused"
    tried = attempts(trace, Link.OCPP)
    if len(tried) < 2 or not tried[0].complete:
        yield Finding(verdict=Verdict.INCONCLUSIVE, what=what, detail="there was no second handshake behind a good one")
        return
    second = tried[1]
    if second.complete:
        verdict = Verdict.INCONCLUSIVE if second.answer is None and second.hung_up is None else Verdict.FAIL
        verdict = Verdict.PASS if second.answer is None and second.hung_up is not None else verdict
        yield _about(what, verdict, "the handshake passed", second.end)
    else:
        verdict = Verdict.PASS if second.outcome in {BY_PEER, CLOSED} else Verdict.INCONCLUSIVE
        yield _about(what, verdict, str(second.facts.get("error", "")), second.end)


def declined(reply: Entry, key: str) -> bool:
    """Whether an answer is an error, or has another status than Accepted."""
    return refused_call(reply) or reply.payload.get(key) not in {"Accepted", "RebootRequired"}


def variable(trace: Trace) -> str:
    """The value that the last GetVariables brought; empty without one."""
    answers = trace.all(GetVariables.response)
    results = answers[-1].payload.get("getVariableResult", [{}]) if answers else [{}]
    return str(results[0].get("attributeValue", ""))


def opened(trace: Trace) -> tuple[Entry, ...]:
    """Where a WebSocket was opened."""
    return trace.all(LinkSeen, state="open", link=Link.OCPP)


def _keeps_out(entry: Entry) -> bool:
    body = entry.body
    if isinstance(body, LinkSeen):
        return body.state == "refused" or (body.state in {"closed", "reset"} and entry.sender is Role.CSMS)
    return isinstance(body, TlsSeen) and body.event == "closed" and entry.sender is Role.CSMS


def _told(entry: Entry) -> str:
    body = entry.body
    return body.detail if isinstance(body, LinkSeen | TlsSeen) else ""


def _finding(verdict: Verdict, detail: str, *entries: Entry) -> Finding:
    return _about(_OUT, verdict, detail, *entries)


def _about(what: str, verdict: Verdict, detail: str, *entries: Entry) -> Finding:
    numbers = tuple(entry.number for entry in entries)
    return Finding(verdict=verdict, what=what, detail=detail, entries=numbers, notice=verdict is Verdict.REPORTED)
