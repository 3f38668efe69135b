"""The table of the order of messages: complete, cited, and followed where somebody leaves it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

import pytest

from harness.endpoints.station.refusals import filled
from harness.messages.iso20.common import (
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupReq,
    AuthorizationSetupRes,
    ChargeProgress,
    ChargingSession,
    PowerDeliveryReq,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    SessionSetupReq,
    SessionSetupRes,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcPreChargeReq, DcWeldingDetectionReq
from harness.messages.iso20.types import Processing, ResponseCode
from harness.messages.registry import is_request
from harness.messages.sap import SupportedAppProtocolReq, SupportedAppProtocolRes
from harness.sessions.v2g.row import DERIVED, Row
from harness.sessions.v2g.sequence import Sequence
from harness.sessions.v2g.state import OVER, Outcome, State
from harness.sessions.v2g.tables.iso20 import ISO20, outcome_of

ROWS = ISO20.rows
expected, rows_for = ISO20.expected, ISO20.rows_for


AT_REST = {State.STOPPED, State.WELDING_DETECTED, State.DISCONNECTED}


def test_every_row_names_its_source() -> None:
    for row in ROWS:
        assert row.sources
        assert all(source == DERIVED or re.fullmatch(r"V2G20-\d{3,4}", source) for source in row.sources)


def test_no_two_rows_disagree() -> None:
    keys = [(row.state, row.ask, row.variant, row.outcome, row.stream, row.flows) for row in ROWS]
    assert len(keys) == len(set(keys)) > 60


def test_every_state_is_reached_and_every_row_asks_a_request() -> None:
    reached = {State.CONNECTED, State.FAILED} | {row.then for row in ROWS}
    assert reached == set(State)
    assert all(is_request(row.ask) for row in ROWS)


def test_nothing_is_legal_after_the_end() -> None:
    assert all(expected(state) == () for state in OVER)


@pytest.mark.parametrize("state", [state for state in State if state not in OVER])
def test_session_may_be_terminated_wherever_there_is_one(state: State) -> None:
    stop = filled(SessionStopReq, charging_session=ChargingSession.TERMINATE)
    without = {State.CONNECTED, State.NEGOTIATED, State.WELDING_DETECTION}
    assert bool(rows_for(state, stop)) is (state not in without)


@pytest.mark.parametrize("state", list(State))
def test_pause_and_renegotiation_are_for_a_cable_without_power(state: State) -> None:
    for how in (ChargingSession.PAUSE, ChargingSession.SERVICE_RENEGOTIATION):
        stop = filled(SessionStopReq, charging_session=how)
        assert bool(rows_for(state, stop)) is (state in AT_REST)


def pair(request: type, response: type, ask: dict[str, Any] | None = None, **reply: Any) -> Outcome:
    return outcome_of(filled(request, **(ask or {})), filled(response, **reply))


def test_outcomes_come_from_codes_and_processing() -> None:
    ongoing, failed = Processing.ONGOING, ResponseCode.FAILED
    warning = ResponseCode.WARNING_EIM_AUTHORIZATION_FAILURE
    assert pair(AuthorizationReq, AuthorizationRes) is Outcome.DONE
    assert pair(AuthorizationReq, AuthorizationRes, evse_processing=ongoing) is Outcome.ONGOING
    assert pair(AuthorizationReq, AuthorizationRes, response_code=warning) is Outcome.WARNED
    assert pair(AuthorizationReq, AuthorizationRes, response_code=failed) is Outcome.FAILED
    joined = ResponseCode.OK_OLD_SESSION_JOINED
    assert pair(SessionSetupReq, SessionSetupRes, response_code=joined) is Outcome.JOINED
    assert pair(SupportedAppProtocolReq, SupportedAppProtocolRes) is Outcome.DONE
    refused = filled(SupportedAppProtocolRes, response_code="Failed_NoNegotiation")
    assert outcome_of(filled(SupportedAppProtocolReq), refused) is Outcome.FAILED


def test_requests_of_the_ev_may_be_ongoing_too() -> None:
    answer = filled(SessionSetupRes)
    for kind in (DcPreChargeReq, DcWeldingDetectionReq, PowerDeliveryReq):
        assert outcome_of(filled(kind, ev_processing=Processing.ONGOING), answer) is Outcome.ONGOING
        assert outcome_of(filled(kind), answer) is Outcome.DONE


def test_power_delivery_is_told_apart_by_its_progress() -> None:
    def then(state: State, progress: ChargeProgress) -> set[StrEnum]:
        return {row.then for row in rows_for(state, filled(PowerDeliveryReq, charge_progress=progress))}

    assert then(State.PRE_CHARGED, ChargeProgress.START) == {State.TRANSFERRING, State.STARTING}
    assert then(State.TRANSFERRING, ChargeProgress.STOP) == {State.STOPPED}
    assert then(State.PRE_CHARGING, ChargeProgress.START) == set()
    assert then(State.TRANSFERRING, ChargeProgress.START) == set()


def set_up() -> Sequence:
    sequence = Sequence()
    for request, response in (
        (SupportedAppProtocolReq, SupportedAppProtocolRes),
        (SessionSetupReq, SessionSetupRes),
    ):
        assert sequence.ask(filled(request))
        assert sequence.reply(filled(response)) is Outcome.DONE
    assert sequence.state is State.SET_UP
    return sequence


def test_station_that_goes_along_is_followed() -> None:
    sequence = set_up()
    assert not sequence.ask(filled(ServiceDiscoveryReq))
    assert sequence.reply(filled(ServiceDiscoveryRes)) is Outcome.DONE
    assert sequence.state is State.SERVICES_OFFERED


def test_refusal_fails_the_session() -> None:
    sequence = set_up()
    assert not sequence.ask(filled(DcChargeLoopReq))
    refused = filled(SessionStopRes, response_code=ResponseCode.FAILED_SEQUENCE_ERROR)
    assert sequence.reply(refused) is Outcome.FAILED
    assert sequence.state is State.FAILED
    assert not sequence.ask(filled(AuthorizationSetupReq))


def test_answer_to_nobody_changes_nothing() -> None:
    sequence = set_up()
    assert sequence.reply(filled(AuthorizationSetupRes)) is None
    assert sequence.state is State.SET_UP


def test_unknown_outcome_of_a_known_request_leads_where_success_would() -> None:
    sequence = set_up()
    assert sequence.ask(filled(AuthorizationSetupReq))
    sequence.reply(filled(AuthorizationSetupRes, response_code=ResponseCode.WARNING_WPT))
    assert sequence.state is State.AUTHORIZATION_OFFERED


def test_request_from_beside_the_main_stream_leaves_the_state_alone() -> None:
    from harness.messages.iso20.common import MeteringConfirmationReq, MeteringConfirmationRes

    sequence = set_up()
    assert not sequence.ask(filled(MeteringConfirmationReq))
    sequence.reply(filled(MeteringConfirmationRes))
    assert sequence.state is State.SET_UP


def test_row_is_a_value() -> None:
    assert Row(State.CONNECTED, SessionStopReq, Outcome.DONE, State.PAUSED).sources == (DERIVED,)
