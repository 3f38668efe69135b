"""The tables of ISO 15118-2 and DIN SPEC 70121: complete, cited, and followed by sessions that agreed on them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints.station.refusals import filled
from harness.messages import din, iso2
from harness.messages.envelope import body_of, wrap
from harness.messages.field import Message
from harness.messages.iso20.energy import Flow
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE
from harness.messages.registry import is_request
from harness.messages.sap import AppProtocol, SupportedAppProtocolReq, SupportedAppProtocolRes
from harness.sessions.events import Event, Received, Violation
from harness.sessions.v2g.iso2_state import Iso2State
from harness.sessions.v2g.row import DERIVED, Table
from harness.sessions.v2g.sequence import Sequence
from harness.sessions.v2g.session import V2gSession
from harness.sessions.v2g.state import OVER, Outcome, State
from harness.sessions.v2g.tables.din import DIN, NOT_READY, READY
from harness.sessions.v2g.tables.iso2 import ISO2
from harness.standards.catalogue import requirement

BOTH = pytest.mark.parametrize("table", [ISO2, DIN], ids=["iso2", "din"])
CHARGING = {Iso2State.CHARGING, Iso2State.RECEIPT_WANTED}
MINE = bytes.fromhex("0A0B0C0D0E0F1011")


@BOTH
def test_every_row_names_its_source(table: Table) -> None:
    for row in table.rows:
        assert row.sources
        for source in row.sources:
            known = re.fullmatch(r"V2G-DC-\d{3,4}", source) or requirement(source) or source == DERIVED
            assert known, f"{source} is in no catalogue"


@BOTH
def test_no_two_rows_disagree(table: Table) -> None:
    keys = [(row.state, row.ask, row.variant, row.outcome, row.stream, row.flows) for row in table.rows]
    assert len(keys) == len(set(keys)) > 25


def test_every_state_of_iso2_is_reached() -> None:
    assert {row.then for row in ISO2.rows} == {State.NEGOTIATED, State.PAUSED, State.TERMINATED, *Iso2State}
    assert all(is_request(row.ask) for row in (*ISO2.rows, *DIN.rows))


def test_din_reaches_no_state_of_contracts_or_renegotiation() -> None:
    absent = {
        Iso2State.CONTRACT_SELECTED,
        Iso2State.CERTIFICATE_DELIVERED,
        Iso2State.CONTRACT_SHOWN,
        Iso2State.RECEIPT_WANTED,
        Iso2State.RENEGOTIATING,
        Iso2State.RENEGOTIATED,
    }
    assert set(Iso2State) - {row.then for row in DIN.rows} == absent


@BOTH
def test_nothing_is_legal_after_the_end(table: Table) -> None:
    assert all(table.expected(state) == () for state in OVER)


@pytest.mark.parametrize("state", list(Iso2State))
def test_session_may_end_where_no_power_flows(state: Iso2State) -> None:
    end = iso2.session.SessionStopReq(charging_session=iso2.session.ChargingSession.TERMINATE)
    assert bool(ISO2.rows_for(state, end)) is (state not in CHARGING)


@pytest.mark.parametrize("state", list(Iso2State))
def test_session_may_pause_after_the_stop_of_power(state: Iso2State) -> None:
    pause = iso2.session.SessionStopReq(charging_session=iso2.session.ChargingSession.PAUSE)
    assert bool(ISO2.rows_for(state, pause)) is (state in {Iso2State.STOPPED, Iso2State.WELDING_DETECTION})


def then(table: Table, state: Iso2State, request: Message, flow: Flow | None = None) -> set[str]:
    return {str(row.then) for row in table.rows_for(state, request, flow=flow)}


def delivery(progress: str) -> Message:
    return filled(iso2.charging.PowerDeliveryReq, charge_progress=iso2.charging.ChargeProgress(progress))


def test_power_starts_elsewhere_by_alternating_and_by_direct_current() -> None:
    known, before = Iso2State.PARAMETERS_KNOWN, Iso2State.PRE_CHARGING
    assert then(ISO2, known, delivery("Start"), Flow.AC) == {Iso2State.CHARGING}
    assert then(ISO2, known, delivery("Start"), Flow.DC) == set()
    assert then(ISO2, before, delivery("Start"), Flow.DC) == {Iso2State.CHARGING}
    assert then(ISO2, Iso2State.CABLE_CHECKED, delivery("Start"), Flow.DC) == set()


def test_renegotiation_goes_by_way_of_the_cable_check() -> None:
    assert then(ISO2, Iso2State.CHARGING, delivery("Renegotiate")) == {Iso2State.RENEGOTIATING}
    assert then(ISO2, Iso2State.RENEGOTIATED, delivery("Start"), Flow.AC) == {Iso2State.CHARGING}
    assert then(ISO2, Iso2State.RENEGOTIATED, delivery("Start"), Flow.DC) == set()
    assert "contactors" in ISO2.disputed(Iso2State.RENEGOTIATED, delivery("Start"), Flow.DC)
    assert ISO2.disputed(Iso2State.RENEGOTIATED, delivery("Start"), Flow.AC) == ""


@pytest.mark.parametrize(
    ("option", "legal"),
    [
        ("Contract", {"CertificateInstallationReq", "CertificateUpdateReq", "PaymentDetailsReq", "SessionStopReq"}),
        ("ExternalPayment", {"AuthorizationReq", "SessionStopReq"}),
    ],
)
def test_way_of_paying_decides_what_follows(option: str, legal: set[str]) -> None:
    chosen = filled(iso2.payment.PaymentServiceSelectionReq, selected_payment_option=iso2.codes.PaymentOption(option))
    (row,) = ISO2.rows_for(Iso2State.SERVICES_OFFERED, chosen)
    assert set(ISO2.expected(row.then)) == legal


def outcome(table: Table, kind: type[Message], **fields: Any) -> Outcome:
    reply = filled(kind)
    for name, value in fields.items():
        reply = type(reply)(**{**{f: getattr(reply, f) for f in reply.__struct_fields__}, name: value})
    return table.outcome_of(filled(iso2.service.ServiceDiscoveryReq), reply)


def test_outcomes_come_from_codes_processing_and_receipts() -> None:
    code = iso2.codes.ResponseCode
    assert outcome(ISO2, iso2.session.SessionSetupRes) is Outcome.DONE
    assert outcome(ISO2, iso2.session.SessionSetupRes, response_code=code.OK_OLD_SESSION_JOINED) is Outcome.JOINED
    assert outcome(ISO2, iso2.session.SessionSetupRes, response_code=code.FAILED) is Outcome.FAILED
    ongoing = iso2.codes.EvseProcessing.ONGOING_WAITING_FOR_CUSTOMER_INTERACTION
    assert outcome(ISO2, iso2.payment.AuthorizationRes, evse_processing=ongoing) is Outcome.ONGOING
    assert outcome(ISO2, iso2.ac.ChargingStatusRes, receipt_required=True) is Outcome.WARNED
    assert outcome(ISO2, iso2.ac.ChargingStatusRes, receipt_required=False) is Outcome.DONE
    assert outcome(DIN, din.dc.CableCheckRes, evse_processing=din.codes.EvseProcessing.ONGOING) is Outcome.ONGOING
    refused = filled(SupportedAppProtocolRes, response_code="Failed_NoNegotiation")
    assert ISO2.outcome_of(filled(SupportedAppProtocolReq), refused) is Outcome.FAILED


def test_din_tells_start_from_stop() -> None:
    start, stop = (filled(din.charging.PowerDeliveryReq, ready_to_charge_state=ready) for ready in (True, False))
    assert (DIN.variant_of(start), DIN.variant_of(stop)) == (READY, NOT_READY)
    assert then(DIN, Iso2State.CHARGING, start) == set()
    assert then(DIN, Iso2State.CHARGING, stop) == {Iso2State.STOPPED}


def agreed(namespace: str) -> Sequence:
    sequence = Sequence()
    offer = AppProtocol(
        protocol_namespace=namespace, version_number_major=2, version_number_minor=0, schema_id=7, priority=1
    )
    sequence.ask(SupportedAppProtocolReq(app_protocol=(offer,)))
    sequence.reply(filled(SupportedAppProtocolRes, schema_id=7))
    return sequence


@pytest.mark.parametrize(("namespace", "table"), [(ISO2_MESSAGE, ISO2), (DIN_MESSAGE, DIN)])
def test_agreement_brings_the_table(namespace: str, table: Table) -> None:
    sequence = agreed(namespace)
    assert (sequence.table, sequence.protocol, sequence.state) == (table, namespace, State.NEGOTIATED)
    assert sequence.expected() == ("SessionSetupReq",)


def test_forgiving_sequence_stays_where_it_was() -> None:
    for forgiving, code, state in (
        (True, "FAILED_TariffSelectionInvalid", State.NEGOTIATED),
        (True, "FAILED_SequenceError", State.FAILED),
        (True, "FAILED_UnknownSession", State.FAILED),
        (True, "FAILED", State.FAILED),
        (False, "FAILED_TariffSelectionInvalid", State.FAILED),
    ):
        sequence = agreed(ISO2_MESSAGE)
        sequence.forgiving = forgiving
        sequence.ask(filled(iso2.session.SessionSetupReq))
        sequence.reply(filled(iso2.session.SessionSetupRes, response_code=iso2.codes.ResponseCode(code)))
        assert sequence.state == state


class Pair:
    """An EV and a station that agreed on ISO 15118-2, with nobody between them."""

    def __init__(self) -> None:
        self.ev, self.station = V2gSession(Role.EV), V2gSession(Role.STATION)
        offer = AppProtocol(
            protocol_namespace=ISO2_MESSAGE, version_number_major=2, version_number_minor=0, schema_id=7, priority=1
        )
        self.ask(SupportedAppProtocolReq(app_protocol=(offer,)))
        self.reply(filled(SupportedAppProtocolRes, schema_id=7))

    def ask(self, message: Message, at: float = 0.0) -> list[Event]:
        return self._carry(self.ev, self.station, message, at)

    def reply(self, message: Message, at: float = 0.0) -> list[Event]:
        return self._carry(self.station, self.ev, message, at)

    def set_up(self, given: bytes = MINE, **reply: Any) -> list[Event]:
        self.ask(wrap(filled(iso2.session.SessionSetupReq), bytes(8)))
        fresh = {"response_code": iso2.codes.ResponseCode.OK_NEW_SESSION_ESTABLISHED} | reply
        return self.reply(wrap(filled(iso2.session.SessionSetupRes, **fresh), given))

    def _carry(self, sender: V2gSession, receiver: V2gSession, message: Message, at: float) -> list[Event]:
        sender.send(message, at)
        sender.events()
        for data in sender.outbox():
            receiver.receive(data, at)
        return receiver.events()


def rules(events: list[Event]) -> list[str]:
    return [event.rule for event in events if isinstance(event, Violation)]


def test_session_reads_what_was_agreed_on() -> None:
    pair = Pair()
    (received,) = pair.ask(wrap(filled(iso2.session.SessionSetupReq), bytes(8)))
    assert isinstance(received, Received)
    assert (received.schema, received.payload_type) == ("iso2", 0x8001)
    assert type(body_of(received.message)) is iso2.session.SessionSetupReq


def test_bare_body_gets_an_envelope_with_the_id_in_force() -> None:
    pair = Pair()
    pair.set_up()
    (received,) = pair.ask(filled(iso2.service.ServiceDiscoveryReq))
    assert isinstance(received, Received)
    assert received.message.header.session_id == MINE


@pytest.mark.parametrize(
    ("given", "reply", "rule"),
    [
        (MINE, {}, []),
        (bytes(8), {}, ["session id"]),
        (b"", {}, ["session id"]),
        (MINE, {"response_code": iso2.codes.ResponseCode.OK_OLD_SESSION_JOINED}, ["session id"]),
    ],
    ids=["good", "zero", "none", "joined what nobody asked for"],
)
def test_ev_watches_the_session_id(given: bytes, reply: dict[str, Any], rule: list[str]) -> None:
    assert rules(Pair().set_up(given, **reply)) == rule


def test_foreign_id_is_told_with_its_requirement() -> None:
    pair = Pair()
    pair.set_up()
    events = pair.ask(wrap(filled(iso2.service.ServiceDiscoveryReq), b"stranger"))
    found = [event for event in events if isinstance(event, Violation)]
    assert [(one.rule, one.cites) for one in found] == [("session id", ("V2G2-753", "V2G2-460"))]


def test_request_out_of_order_is_told_with_its_requirement() -> None:
    pair = Pair()
    pair.set_up()
    events = pair.ask(filled(iso2.payment.AuthorizationReq))
    found = [event for event in events if isinstance(event, Violation)]
    assert [(one.rule, one.cites) for one in found] == [("sequence", ("V2G2-459",))]
    assert "ServiceDiscoveryReq, SessionStopReq" in found[0].what
