"""What a station asks an EV of ISO 15118-2 for while energy flows, and how the EV takes its leave."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, case, closed, either, replace, seen
from harness.kit.older import speaking_iso2
from harness.kit.station_preambles import After
from harness.messages.iso2.charging import ChargeParameterDiscoveryReq, ChargeProgress, PowerDeliveryReq
from harness.messages.iso2.codes import EvseNotification
from harness.messages.iso2.dc import CurrentDemandReq, CurrentDemandRes
from harness.messages.iso2.session import SessionStopReq, SessionStopRes
from harness.messages.iso2.types import Request

DC = (Feature.ISO2, Feature.ISO2_DC)
CONTROL = "ISO2-EV-SSU-001"
DELAY = 20
"""NotificationMaxDelay, seconds."""
SLACK = 2.0
STOP, START, AGAIN = ChargeProgress.STOP, ChargeProgress.START, ChargeProgress.RENEGOTIATE


def asking(what: EvseNotification) -> After:
    """From the third cycle on the station asks for something."""

    def change(_: Any, usual: CurrentDemandRes) -> CurrentDemandRes:
        status = replace(usual.dc_evse_status, evse_notification=what, notification_max_delay=DELAY)
        return replace(usual, dc_evse_status=status)

    return After(2, change)


@case(
    "ISO2-EV-NTF-001",
    "Asked to stop charging, the EV stops in time",
    sut=Role.EV,
    cites=("V2G2-679", "V2G2-812"),
    needs=DC,
    control=CONTROL,
)
async def test_stop_charging(bench: Bench, judge: Judge) -> None:
    """The station notifies StopCharging, and leaves the EV twenty seconds."""
    station = speaking_iso2(bench.station).answering(CurrentDemandRes, asking(EvseNotification.STOP_CHARGING))

    trace = await bench.run(station.having(patient=True), until=closed(), limit=60.0)

    told = trace.nth(CurrentDemandRes, 3)
    stops = trace.since(told).all(PowerDeliveryReq, charge_progress=STOP)
    if judge.any("stop of power", stops):
        judge.between("seconds until then", stops[0].at - told.at, 0.0, DELAY + SLACK, unit="s", at=(told, stops[0]))
        before = trace.until(stops[0]).all(CurrentDemandReq)
        judge.holds("cycles until then", len(before) <= 3 + 5 * DELAY, f"{len(before)}", at=told)


@case(
    "ISO2-EV-NTF-002",
    "An EV that follows a wish to renegotiate asks for its parameters anew",
    sut=Role.EV,
    cites=("V2G2-680", "V2G2-841"),
    needs=(*DC, Feature.ISO2_RENEGOTIATION),
    control=CONTROL,
)
async def test_renegotiation(bench: Bench, judge: Judge) -> None:
    """The station notifies ReNegotiation; an EV may decline, and does so by charging on."""
    station = speaking_iso2(bench.station).answering(CurrentDemandRes, asking(EvseNotification.RE_NEGOTIATION))

    trace = await bench.run(station, until=either(seen(CurrentDemandReq, times=20), closed()), limit=90.0)

    told = trace.nth(CurrentDemandRes, 3)
    asked = trace.since(told).all(PowerDeliveryReq, charge_progress=AGAIN)
    if not asked:
        judge.any("cycles all the same", trace.since(told).all(CurrentDemandReq))
        judge.notice("renegotiation", "declined; V2G2-680 leaves that to the EV", at=told)
        return
    next_ones = trace.since(asked[0]).all(Request, sent_by=Role.EV)[:1]
    judge.every(
        "request behind it",
        next_ones,
        lambda entry: isinstance(entry.message, ChargeParameterDiscoveryReq | SessionStopReq),
        "is none for parameters",
    )


@case(
    "ISO2-EV-STP-001",
    "The EV stops power before it ends its session",
    sut=Role.EV,
    cites=("V2G2-570", "V2G2-589", "V2G2-812"),
    needs=DC,
    control=CONTROL,
)
async def test_power_stops_first(bench: Bench, judge: Judge) -> None:
    """The station asks for a stop; the EV opens its contactors and says farewell."""
    station = speaking_iso2(bench.station).answering(CurrentDemandRes, asking(EvseNotification.STOP_CHARGING))

    trace = await bench.run(station, until=either(seen(SessionStopRes), closed()), limit=60.0)

    trace.first(PowerDeliveryReq, charge_progress=START)
    goodbye = trace.first(SessionStopReq)
    judge.any("stop of power before that", trace.until(goodbye).all(PowerDeliveryReq, charge_progress=STOP))
    stopped = trace.last(PowerDeliveryReq)
    judge.silence("cycles behind the stop", trace.since(stopped).all(CurrentDemandReq))


@case(
    "ISO2-EV-STP-002",
    "After the farewell the EV hangs up and asks for nothing more",
    sut=Role.EV,
    cites=("V2G2-570",),
    needs=DC,
    control=CONTROL,
)
async def test_nothing_after_the_farewell(bench: Bench, judge: Judge) -> None:
    """The station answers SessionStopReq and keeps the connection open for ten seconds."""
    station = speaking_iso2(bench.station).answering(CurrentDemandRes, asking(EvseNotification.STOP_CHARGING))

    trace = await bench.run(station.having(linger=10.0), until=closed(), limit=90.0)

    goodbye = trace.first(SessionStopRes)
    judge.silence("requests behind the farewell", trace.since(goodbye).all(Request, sent_by=Role.EV))
    gone = trace.since(goodbye).all(LinkSeen, sent_by=Role.EV)
    judge.any("the EV hangs up", gone)
