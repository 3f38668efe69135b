"""Message times on the vehicle link against the limits of ISO 15118-20 (Tables 214 to 217)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import Struct

from harness.checks.rule import Rule, Tally, is_subject
from harness.checks.sequence import connections, pairs
from harness.core.case import Role
from harness.core.measurement import Measurement
from harness.core.verdict import Finding
from harness.messages.iso20.ac import AcChargeLoopReq
from harness.messages.iso20.common import CertificateInstallationReq, ServiceDetailReq
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.trace.entry import Entry
from harness.trace.trace import Trace


class Times(Struct, frozen=True):
    """Seconds that a response may take: what is expected, and when the EV gives up."""

    performance: float
    timeout: float


_DEFAULT = Times(1.5, 2.0)
_TIMES: dict[type, Times] = {
    DcChargeLoopReq: Times(0.25, 0.5),
    AcChargeLoopReq: Times(0.25, 0.5),
    ServiceDetailReq: Times(4.5, 5.0),
    CertificateInstallationReq: Times(4.5, 5.0),
}
SEQUENCE_TIMEOUT = 60.0
"""V2G_SECC_Sequence_Timeout, seconds."""
SEQUENCE_PERFORMANCE = 40.0
"""V2G_EVCC_Sequence_Performance_Time, seconds: a performance criterion, never an abort."""
LOOP_SEQUENCE_TIMEOUT = 0.5
"""V2G_SECC_Sequence_Timeout behind a charge-loop response, seconds."""


def times_of(request: type) -> Times:
    """The limits for the response to a request."""
    return _TIMES.get(request, _DEFAULT)


def responses(trace: Trace) -> Iterable[Finding]:
    """The station answers before the EV gives up; later than the performance time is told, not failed."""
    tally = Tally("RULE-V2G-RESPONSE-TIME", "the station answers in time", ("V2G20-435", "V2G20-436"))
    for ask, reply in pairs(trace):
        if not is_subject(trace, reply):
            continue
        times = times_of(type(ask.message))
        took = reply.at - ask.at
        name = getattr(type(ask.message), "name", "") or "request"
        if took > times.timeout + 1e-6:
            tally.bad(f"{name} answered after {took:.3f} s, timeout {times.timeout:g} s", ask, reply)
        elif took > times.performance + 1e-6:
            tally.notice(f"{name} answered after {took:.3f} s, performance time {times.performance:g} s", ask, reply)
        else:
            tally.good(reply)
    return tally


def requests(trace: Trace) -> Iterable[Finding]:
    """The EV goes on before the station's sequence timer runs out."""
    tally = Tally("RULE-V2G-REQUEST-TIME", "the EV goes on in time", ("V2G20-441", "V2G20-443"))
    for reply, ask in _gaps(trace):
        if not is_subject(trace, ask):
            continue
        took = ask.at - reply.at
        loop = isinstance(reply.message, DcChargeLoopRes)
        limit = LOOP_SEQUENCE_TIMEOUT if loop else SEQUENCE_TIMEOUT
        if took > limit + 1e-6:
            tally.bad(f"{took:.3f} s after the response, sequence timeout {limit:g} s", reply, ask)
        elif not loop and took > SEQUENCE_PERFORMANCE:
            tally.notice(f"{took:.3f} s after the response, performance time {SEQUENCE_PERFORMANCE:g} s", reply, ask)
        else:
            tally.good(ask)
    return tally


def latencies(trace: Trace) -> tuple[Measurement, ...]:
    """Median and longest response time by request, in seconds, for the report."""
    taken: dict[str, list[float]] = {}
    for ask, reply in pairs(trace):
        name = getattr(type(ask.message), "name", "")
        if name:
            taken.setdefault(name, []).append(reply.at - ask.at)
    found: list[Measurement] = []
    for name, values in sorted(taken.items()):
        ordered = sorted(values)
        found.append(Measurement(name=f"{name} response, median", value=round(ordered[len(ordered) // 2], 6), unit="s"))
        found.append(Measurement(name=f"{name} response, longest", value=round(ordered[-1], 6), unit="s"))
    return tuple(found)


def _gaps(trace: Trace) -> Iterator[tuple[Entry, Entry]]:
    for frames in connections(trace):
        for earlier, later in pairwise(frames):
            if earlier.sender is Role.STATION and later.sender is Role.EV:
                yield earlier, later


RULES = (
    Rule(
        id="RULE-V2G-RESPONSE-TIME",
        title="The station answers before the EV's message timer runs out",
        judges=(Role.STATION,),
        cites=("V2G20-435", "V2G20-436"),
        find=responses,
    ),
    Rule(
        id="RULE-V2G-REQUEST-TIME",
        title="The EV sends its next request before the station's sequence timer runs out",
        judges=(Role.EV,),
        cites=("V2G20-441", "V2G20-443"),
        find=requests,
    ),
)
