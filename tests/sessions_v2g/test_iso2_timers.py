"""The timers of ISO 15118-2 and DIN SPEC 70121, and which of them run when."""

from __future__ import annotations

from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints.station.refusals import filled
from harness.messages import din, iso2
from harness.messages.field import Message
from harness.sessions.v2g.state import State
from harness.sessions.v2g.timekeeper import EvTimekeeper, StationTimekeeper
from harness.sessions.v2g.timers import EV_COMMUNICATION_SETUP, STATION_COMMUNICATION_SETUP
from harness.sessions.v2g.timers_iso2 import DIN_TIMERS, TIMERS, TIMING_2, TIMING_DIN
from harness.standards.catalogue import requirement

ONGOING = iso2.codes.EvseProcessing.ONGOING
CUSTOMER = iso2.codes.EvseProcessing.ONGOING_WAITING_FOR_CUSTOMER_INTERACTION


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        (iso2.session.SessionSetupReq, 2.0),
        (iso2.service.ServiceDetailReq, 5.0),
        (iso2.payment.PaymentDetailsReq, 5.0),
        (iso2.certificates.CertificateInstallationReq, 5.0),
        (iso2.certificates.CertificateUpdateReq, 5.0),
        (iso2.charging.PowerDeliveryReq, 5.0),
        (iso2.dc.CurrentDemandReq, 0.25),
        (iso2.ac.ChargingStatusReq, 2.0),
        (iso2.charging.MeteringReceiptReq, 2.0),
        (iso2.dc.CableCheckReq, 2.0),
    ],
)
def test_message_timeouts(kind: type[Message], limit: float) -> None:
    assert TIMING_2.message_timer(filled(kind)).limit == limit


def test_message_timeouts_of_din() -> None:
    assert TIMING_DIN.message_timer(filled(din.dc.CurrentDemandReq)).limit == 0.25
    assert TIMING_DIN.message_timer(filled(din.charging.PowerDeliveryReq)).limit == 2.0


def test_sequence_timeout_is_the_same_everywhere() -> None:
    for reply in (iso2.dc.CurrentDemandRes, iso2.session.SessionSetupRes, iso2.ac.ChargingStatusRes):
        assert TIMING_2.sequence_timer(filled(reply)).limit == 60.0
    assert TIMING_DIN.sequence_timer(filled(din.dc.CurrentDemandRes)).limit == 60.0


def test_limits_of_the_tables() -> None:
    limits = {(timer.name, timer.limit) for timer in TIMERS}
    assert {
        ("V2G_EVCC_Ongoing_Timeout", 60.0),
        ("V2G_SECC_Ongoing_Performance_Time", 55.0),
        ("V2G_EVCC_CableCheck_Timeout", 40.0),
        ("V2G_SECC_CableCheck_Performance_Time", 38.0),
        ("V2G_EVCC_PreCharge_Timeout", 7.0),
        ("V2G_SECC_PreCharge_Performance_Time", 5.0),
    } <= limits
    assert ("V2G_EVCC_ReadyToCharge_Timeout", 150.0) in {(timer.name, timer.limit) for timer in DIN_TIMERS}
    assert all(requirement(source) for timer in TIMERS for source in timer.sources)
    assert {timer.owner for timer in (*TIMERS, *DIN_TIMERS)} == {Role.EV, Role.STATION}


def ev(timing: Any = TIMING_2) -> EvTimekeeper:
    keeper = EvTimekeeper(1.0)
    keeper.connected(0.0)
    keeper.timing = timing
    return keeper


def running(keeper: EvTimekeeper | StationTimekeeper) -> set[str]:
    return {timer.name for timer in keeper.timers.take_due(1e9)}


def heard(keeper: EvTimekeeper, reply: Message, at: float = 1.0) -> set[str]:
    keeper.heard(reply, State.NEGOTIATED, at)
    return running(keeper)


def test_setup_ends_the_time_for_it() -> None:
    assert EV_COMMUNICATION_SETUP.name in running(ev())
    assert heard(ev(), filled(iso2.session.SessionSetupRes)) == set()
    assert heard(ev(TIMING_DIN), filled(din.session.SessionSetupRes)) == {"V2G_EVCC_ReadyToCharge_Timeout"}


@pytest.mark.parametrize("kind", [iso2.payment.AuthorizationRes, iso2.charging.ChargeParameterDiscoveryRes])
def test_ongoing_is_borne_for_a_while_and_a_customer_without_end(kind: type[Message]) -> None:
    assert "V2G_EVCC_Ongoing_Timeout" in heard(ev(), filled(kind, evse_processing=ONGOING))
    assert "V2G_EVCC_Ongoing_Timeout" not in heard(ev(), filled(kind, evse_processing=CUSTOMER))
    keeper = ev()
    keeper.heard(filled(kind, evse_processing=ONGOING), State.NEGOTIATED, 1.0)
    assert "V2G_EVCC_Ongoing_Timeout" not in heard(keeper, filled(kind), 2.0)


def test_cable_check_and_pre_charge_have_limits_as_a_whole() -> None:
    keeper = ev()
    keeper.said(filled(iso2.dc.CableCheckReq), 1.0)
    keeper.heard(filled(iso2.dc.CableCheckRes, evse_processing=ONGOING), State.NEGOTIATED, 2.0)
    keeper.said(filled(iso2.dc.CableCheckReq), 3.0)
    assert "V2G_EVCC_CableCheck_Timeout" in {timer.name for timer in keeper.timers.take_due(41.0)}
    keeper = ev()
    keeper.said(filled(iso2.dc.PreChargeReq), 1.0)
    assert "V2G_EVCC_PreCharge_Timeout" in {timer.name for timer in keeper.timers.take_due(8.0)}
    keeper = ev()
    keeper.said(filled(iso2.dc.PreChargeReq), 1.0)
    keeper.said(filled(iso2.charging.PowerDeliveryReq), 2.0)
    assert "V2G_EVCC_PreCharge_Timeout" not in running(keeper)


def test_readiness_of_din_ends_with_power_delivery() -> None:
    keeper = ev(TIMING_DIN)
    keeper.heard(filled(din.session.SessionSetupRes), State.NEGOTIATED, 1.0)
    keeper.said(filled(din.charging.PowerDeliveryReq), 2.0)
    assert "V2G_EVCC_ReadyToCharge_Timeout" not in running(keeper)


def test_station_waits_for_each_request() -> None:
    keeper = StationTimekeeper(1.0)
    keeper.connected(0.0)
    keeper.timing = TIMING_2
    assert keeper.timers.deadline() == STATION_COMMUNICATION_SETUP.limit
    keeper.said(filled(iso2.session.SessionSetupRes), 1.0)
    assert keeper.timers.deadline() == 61.0
    keeper.heard(filled(iso2.service.ServiceDiscoveryReq), State.NEGOTIATED, 2.0)
    assert keeper.timers.deadline() is None
