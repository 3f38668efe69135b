"""Message times on the vehicle link against the limits of ISO 15118-20 (Tables 214 to 218) and ISO 15118-2."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import Struct

from harness.checks.rule import Rule, Tally, is_subject
from harness.checks.sequence import failed, lanes, pairs
from harness.checks.stretch import Stretch, stretches
from harness.core.case import Role
from harness.core.verdict import Finding
from harness.messages import din, iso2
from harness.messages.iso20.common import CertificateInstallationReq, ChargingSession, ServiceDetailReq
from harness.messages.iso20.types import ChargeLoopReq, ChargeLoopRes
from harness.trace.entry import Entry, FaultStruck, Link, Operation
from harness.trace.trace import Trace


class Times(Struct, frozen=True):
    """Seconds that a message may take: what is expected, and when the other side gives up."""

    performance: float
    timeout: float


class Latency(Struct, frozen=True, kw_only=True):
    """How long one party took to react to a message, over any number of traces."""

    message: str
    """The message it reacted to: a request, or the response before the EV's next request."""
    seconds: tuple[float, ...]
    """Every time taken, the shortest first."""
    times: Times

    @property
    def median(self) -> float:
        """The time in the middle, in seconds; the longer one of two."""
        return round(self.seconds[len(self.seconds) // 2], 6)

    @property
    def longest(self) -> float:
        """The longest time, in seconds."""
        return round(self.seconds[-1], 6)


_DEFAULT = Times(1.5, 2.0)
_SLOW = Times(4.5, 5.0)
_DEMAND = Times(0.025, 0.25)
"""Of the charge loop of direct current in ISO 15118-2 and DIN SPEC 70121."""
_TIMES: dict[type, Times] = {
    ServiceDetailReq: _SLOW,
    CertificateInstallationReq: _SLOW,
    iso2.service.ServiceDetailReq: _SLOW,
    iso2.payment.PaymentDetailsReq: _SLOW,
    iso2.charging.PowerDeliveryReq: _SLOW,
    iso2.certificates.CertificateInstallationReq: _SLOW,
    iso2.certificates.CertificateUpdateReq: _SLOW,
    iso2.dc.CurrentDemandReq: _DEMAND,
    din.dc.CurrentDemandReq: _DEMAND,
}
_LOOP = Times(0.25, 0.5)
_SEQUENCE = Times(40.0, 60.0)
"""V2G_EVCC_Sequence_Performance_Time, a criterion and never an abort, and V2G_SECC_Sequence_Timeout."""
_EXACT = 1e-6


def times_of(request: type) -> Times:
    """The limits for the response to a request: of its performance time, and of the EV's message timer."""
    return _LOOP if issubclass(request, ChargeLoopReq) else _TIMES.get(request, _DEFAULT)


def times_behind(response: type) -> Times:
    """The limits for the request behind a response: of the EV's performance time, and of the sequence timer."""
    return _LOOP if issubclass(response, ChargeLoopRes) else _SEQUENCE


def responses(trace: Trace) -> Iterable[Finding]:
    """The station answers before the EV gives up; later than the performance time is told, not failed."""
    tally = Tally("RULE-V2G-RESPONSE-TIME", "the station answers in time", ("V2G20-435", "V2G20-436", "V2G2-436"))
    for ask, reply in pairs(trace):
        if is_subject(trace, reply):
            _judge(tally, ask, reply, times_of(type(ask.message)), f"{_name(ask)} answered after")
    for ask, waited in _left_alone(trace, by=Role.STATION):
        times = times_of(type(ask.message))
        if waited > times.timeout + _EXACT:
            tally.bad(f"{_name(ask)} was not answered within {waited:.3f} s, timeout {times.timeout:g} s", ask)
    return tally


def requests(trace: Trace) -> Iterable[Finding]:
    """The EV goes on before the station's sequence timer runs out; later than its performance time is told."""
    tally = Tally(
        "RULE-V2G-REQUEST-TIME", "the EV goes on in time", ("V2G20-441", "V2G20-443", "V2G2-443", "V2G-DC-443")
    )
    for reply, ask in _gaps(trace):
        if is_subject(trace, ask):
            _judge(tally, reply, ask, times_behind(type(reply.message)), f"{_name(ask)} came after")
    for reply, waited in _left_alone(trace, by=Role.EV):
        times = times_behind(type(reply.message))
        if waited > times.timeout + _EXACT:
            tally.bad(f"no request within {waited:.3f} s of {_name(reply)}, timeout {times.timeout:g} s", reply)
    return tally


def _judge(tally: Tally, earlier: Entry, later: Entry, times: Times, told: str) -> None:
    took = later.at - earlier.at
    if took > times.timeout + _EXACT:
        tally.bad(f"{told} {took:.3f} s, timeout {times.timeout:g} s", earlier, later)
    elif took > times.performance + _EXACT:
        tally.notice(f"{told} {took:.3f} s, performance time {times.performance:g} s", earlier, later)
    else:
        tally.good(later)


def latencies(traces: Iterable[Trace], of: Role) -> tuple[Latency, ...]:
    """How long a station took to answer, or an EV to go on, by the message it reacted to, in order of appearance.

    What was bent on purpose and what cannot be read is left out; a backend has no such times.
    """
    if of is Role.CSMS:
        return ()
    taken: dict[type, list[float]] = {}
    for trace in traces:
        for earlier, later in pairs(trace) if of is Role.STATION else _gaps(trace):
            if getattr(type(earlier.message), "name", "") and is_subject(trace, later):
                taken.setdefault(type(earlier.message), []).append(later.at - earlier.at)
    limits = times_of if of is Role.STATION else times_behind
    return tuple(
        Latency(message=message.name, seconds=tuple(sorted(seconds)), times=limits(message))  # type: ignore[attr-defined]
        for message, seconds in taken.items()
    )


def _gaps(trace: Trace) -> Iterator[tuple[Entry, Entry]]:
    """Every response with the request behind it; beside the main stream none is owed, so nothing is late there."""
    for stretch in stretches(trace, Link.V2G):
        main = (entry for entry in stretch.frames if not entry.stream)
        for earlier, later in pairwise(main):
            if earlier.sender is Role.STATION and later.sender is Role.EV:
                yield earlier, later


def _left_alone(trace: Trace, *, by: Role) -> Iterator[tuple[Entry, float]]:
    """The last message of a stream to which the subject said nothing, and for how long the connection went on.

    An EV owes no request beside the main stream, nor after the end of a session. Where something was bent, failed or
    done by hand on the way, silence may be the right reaction; nothing is said about it here.
    """
    if trace.subject not in {None, by}:
        return
    for stretch in stretches(trace, Link.V2G):
        disturbed = _disturbed(trace, stretch)
        for lane in lanes(stretch.frames):
            last = lane[-1]
            owed = by is Role.STATION or not (last.stream or _ended(lane))
            if owed and last.sender is not by and last.message is not None and not disturbed:
                yield last, stretch.known_until - last.at


def _ended(lane: tuple[Entry, ...]) -> bool:
    """Whether a session ended, for now or for good; it goes on where services are to be chosen anew."""
    asked = lane[-2].message if len(lane) > 1 else None
    anew = getattr(asked, "charging_session", None) == ChargingSession.SERVICE_RENEGOTIATION
    return _name(lane[-1]) == "SessionStopRes" and not anew


def _disturbed(trace: Trace, stretch: Stretch) -> bool:
    begin, end = stretch.frames[0].number, stretch.end.number if stretch.end else math.inf
    meddled = any(
        entry.deliberate or isinstance(entry.body, FaultStruck | Operation)
        for entry in trace
        if begin <= entry.number <= end and entry.link in {Link.V2G, Link.PLUG}
    )
    return meddled or any(map(failed, stretch.frames))


def _name(entry: Entry) -> str:
    return getattr(entry.message, "name", "") or "a frame that cannot be read"


RULES = (
    Rule(
        id="RULE-V2G-RESPONSE-TIME",
        title="The station answers before the EV's message timer runs out",
        judges=(Role.STATION,),
        cites=("V2G20-435", "V2G20-436", "V2G2-436"),
        find=responses,
    ),
    Rule(
        id="RULE-V2G-REQUEST-TIME",
        title="The EV sends its next request before the station's sequence timer runs out",
        judges=(Role.EV,),
        cites=("V2G20-441", "V2G20-443", "V2G2-443", "V2G-DC-443"),
        find=requests,
    ),
)
