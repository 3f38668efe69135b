"""Pausing a session of ISO 15118-2 and coming back to it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from harness.endpoints.station.station import Station
from harness.messages.iso2.charging import ChargeParameterDiscoveryReq, ChargeParameterDiscoveryRes
from harness.messages.iso2.codes import PaymentOption
from harness.messages.iso2.dc import CurrentDemandReq
from harness.messages.iso2.payment import PaymentDetailsRes, PaymentServiceSelectionReq
from harness.messages.iso2.service import ServiceDiscoveryRes
from harness.messages.iso2.session import ChargingSession, SessionSetupReq, SessionSetupRes, SessionStopReq
from harness.transports.clock import run
from tests.endpoints_iso2.conftest import AC, BOTH, CITY, DC, OldLab, having, small

if TYPE_CHECKING:
    from harness.endpoints.ev.ev import Ev
    from harness.endpoints.station.settings import StationSettings
    from tests.endpoints_iso2.conftest import Meet2, Papers

STRANGER = bytes.fromhex("0102030405060708")


def twice(
    first: Ev, then: Ev, *, apart: float, settings: StationSettings = CITY, port: Station | None = None
) -> OldLab:
    """Drive one session, then another that asks for its id."""

    async def both() -> OldLab:
        lab = OldLab(settings, port or Station())
        await lab.listener.open()
        serving = asyncio.create_task(lab.listener.serve())
        lab.outcomes.append(await lab.ev.run(first))
        await lab.clock.wait_until(lab.clock.now() + apart)
        lab.outcomes.append(await lab.ev.run(then.having(resume=lab.outcome.session_id)))
        await lab.clock.wait_until(lab.clock.now() + 1)
        serving.cancel()
        await asyncio.wait([serving])
        await lab.listener.close()
        return lab

    return run(both(), virtual=True)


@pytest.mark.parametrize("service", [AC, DC])
def test_paused_session_is_joined_again(service: int) -> None:
    lab = twice(small(service, pause=True), small(service), apart=600.0)

    assert [outcome.state for outcome in lab.outcomes] == ["paused", "finished"]
    assert lab.violations() == []
    codes = [reply.response_code for reply in lab.bodies(SessionSetupRes)]
    assert codes == ["OK_NewSessionEstablished", "OK_OldSessionJoined"]
    ids = [entry.header.session_id for entry in lab.trace.all(SessionSetupRes)]
    assert ids[0] == ids[1] == lab.trace.last(SessionSetupReq).header.session_id
    # The whole sequence runs again, with the same choices.
    choices = [ask.selected_payment_option for ask in lab.bodies(PaymentServiceSelectionReq)]
    assert choices == [PaymentOption.EXTERNAL_PAYMENT] * 2


def test_needs_and_schedule_shrink_while_paused() -> None:
    lab = twice(small(pause=True, loops=50), small(), apart=600.0)

    asks, told = lab.trace.all(ChargeParameterDiscoveryReq), lab.trace.all(ChargeParameterDiscoveryRes)
    first, last = asks[0].message.ev_charge_parameter, asks[-1].message.ev_charge_parameter
    assert float(last.ev_energy_request) < float(first.ev_energy_request)
    finished = [e for e in told if e.message.sa_schedules is not None]
    spans = [
        e.message.sa_schedules.sa_schedule_tuple[0].p_max_schedule.p_max_schedule_entry[0].time_interval.duration
        for e in finished
    ]
    assert len(spans) == 2
    assert spans[0] - spans[1] == pytest.approx(finished[1].at - finished[0].at, abs=1)


def test_joined_session_asks_for_no_second_authorisation() -> None:
    lab = twice(small(pause=True), small(), apart=60.0)

    assert lab.happenings().count("AuthorisationWanted") == 1


def test_only_the_chosen_way_of_paying_is_left() -> None:
    settings = having(CITY, payments=BOTH)
    lab = twice(small(pause=True), small(), apart=5.0, settings=settings)

    offered = [reply.payment_option_list.payment_option for reply in lab.bodies(ServiceDiscoveryRes)]
    assert offered[-1] == (PaymentOption.EXTERNAL_PAYMENT,)


@pytest.mark.parametrize("service", [AC, DC])
def test_session_paid_by_a_contract_is_joined_again(papers: Papers, service: int) -> None:
    ev, settings = papers.ev(service, contract=papers.contract), having(CITY, payments=BOTH)
    lab = twice(ev.having(pause=True), ev, apart=300.0, settings=settings, port=papers.port())

    assert [outcome.state for outcome in lab.outcomes] == ["paused", "finished"]
    assert (lab.violations(), lab.refusals()) == ([], [])
    codes = [reply.response_code for reply in lab.bodies(SessionSetupRes)]
    assert codes == ["OK_NewSessionEstablished", "OK_OldSessionJoined"]
    # A joined session proves its contract anew, and nobody has to decide on it again.
    challenges = [reply.gen_challenge for reply in lab.bodies(PaymentDetailsRes)]
    assert len(set(challenges)) == 2
    assert lab.happenings().count("TokenPresented") == 1


@pytest.mark.parametrize("wanted", [STRANGER, b"\0"], ids=["stranger", "a short zero"])
def test_unknown_id_opens_a_new_session(meet2: Meet2, wanted: bytes) -> None:
    lab = meet2(small().having(resume=wanted))

    assert lab.bodies(SessionSetupRes)[0].response_code == "OK_NewSessionEstablished"
    given = lab.trace.one(SessionSetupRes).header.session_id
    assert given not in {wanted, bytes(8)}
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_session_that_was_ended_is_gone() -> None:
    lab = twice(small(), small(), apart=5.0)

    assert [reply.response_code for reply in lab.bodies(SessionSetupRes)] == ["OK_NewSessionEstablished"] * 2


def test_ev_does_not_join_what_it_did_not_ask_for(meet2: Meet2) -> None:
    bent = Station().but(SessionSetupRes, response_code="OK_OldSessionJoined")
    lab = meet2(small(), port=bent)

    assert lab.outcome.state == "failed"
    assert "not asked for" in lab.outcome.why


def test_pause_while_power_flows_is_out_of_order(meet2: Meet2) -> None:
    def pause(_heard: Any, _said: Any) -> SessionStopReq:
        return SessionStopReq(charging_session=ChargingSession.PAUSE)

    lab = meet2(small().answering(CurrentDemandReq, pause, nth=3))

    assert lab.refusals() == [("SessionStopRes", "FAILED_SequenceError")]
    assert "EnergyStopped" in lab.happenings()
