"""Who may charge at our station: tokens, what becomes of them, and starts and stops from afar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.profiles import ProfilePolicy, transaction_profile
from harness.endpoints.station.quantities import Token
from harness.endpoints.station.station import Station
from harness.kit import asks
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage
from tests.endpoints_ocpp.readings import assert_clean, session

if TYPE_CHECKING:
    from tests.endpoints_ocpp.conftest import Lab, Play


def test_the_same_token_stops(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        await lab.charge(5)
        token = lab.station.settings.token
        assert token is not None
        lab.plant.token_presented(Token(id_token="OTHER"), lab.now)
        assert lab.plant.notification(lab.now) is None
        lab.plant.token_presented(token, lab.now)
        assert lab.plant.notification(lab.now) == "terminate"
        await lab.leave()

    lab = play(script)
    assert lab.events[-1]["triggerReason"] == "StopAuthorized"
    assert lab.events[-1]["transactionInfo"]["stoppedReason"] == "Local"
    assert lab.events[-1]["idToken"]["idToken"] == "0123456789ABCD"


def test_a_token_that_is_not_accepted_starts_nothing(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        assert lab.plant.authorisation == "rejected"

    lab = play(script, csms=Csms(accepted_tokens=("GOOD",), refusal="Blocked"))
    assert lab.triggers == ["CablePluggedIn"]


def test_an_authorisation_may_be_taken_back(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        await lab.charge(5)
        assert lab.plant.notification(lab.now) == "terminate"
        await lab.leave()

    csms = Csms().answering(
        ocpp.TransactionEvent.response,
        lambda heard, said: {"idTokenInfo": {"status": "ConcurrentTx"}} if "idToken" in heard.payload else said,
    )
    lab = play(script, csms=csms)
    assert lab.events[-1]["triggerReason"] == "Deauthorized"
    assert lab.events[-1]["transactionInfo"]["stoppedReason"] == "DeAuthorized"


def test_authorize_that_gets_no_answer_is_asked_again(play: Play) -> None:
    csms = Csms().silent_on(ocpp.Authorize.response, nth=1)
    lab = play(session, csms=csms)
    assert len(lab.trace.all(ocpp.Authorize)) == 2
    assert "Authorized" in lab.triggers


def remote_start(**more: Any) -> OcppMessage:
    return ocpp.RequestStartTransaction(
        idToken={"idToken": "REMOTE", "type": "Central"}, remoteStartId=42, evseId=1, **more
    )


def test_remote_start_and_stop(play: Play) -> None:
    async def script(lab: Lab) -> None:
        lab.plant.ev_connected_hlc("WMIV2XEV0001", lab.now)
        lab.plant.authorisation_wanted(lab.now)
        lab.csms.ask(remote_start())
        await lab.wait(1)
        assert lab.plant.authorisation == "accepted"
        await lab.charge(5)
        lab.csms.ask(remote_start())
        lab.csms.ask(ocpp.RequestStopTransaction(transactionId="nonsense"))
        await lab.wait(0.1)
        call = asks.remote_stop(lab.known)
        assert call is not None
        lab.csms.ask(call)
        await lab.wait(0.1)
        assert lab.plant.notification(lab.now) == "terminate"
        await lab.leave()

    lab = play(script, station=Station().set(token=None))
    assert not lab.trace.all(ocpp.Authorize)
    starts = lab.trace.messages(ocpp.RequestStartTransaction.response)
    transaction_id = lab.events[0]["transactionInfo"]["transactionId"]
    assert starts[0] == {"status": "Accepted", "transactionId": transaction_id}
    assert starts[1]["status"] == "Rejected"
    stops = lab.trace.messages(ocpp.RequestStopTransaction.response)
    assert [stop["status"] for stop in stops] == ["Rejected", "Accepted"]
    started = next(event for event in lab.events if event["triggerReason"] == "RemoteStart")
    assert started["transactionInfo"]["remoteStartId"] == 42
    assert started["idToken"] == {"idToken": "REMOTE", "type": "Central"}
    assert lab.events[-1]["triggerReason"] == "RemoteStop"
    assert lab.events[-1]["transactionInfo"]["stoppedReason"] == "Remote"
    assert_clean(lab)


def test_remote_start_may_need_an_authorize_and_bring_a_profile(play: Play) -> None:
    profile = transaction_profile(ProfilePolicy(periods=((0, 7_000.0),)), "T", profile_id=9, at=1767225600.0)
    del profile["transactionId"]

    async def script(lab: Lab) -> None:
        start = remote_start(chargingProfile=profile)
        token = {"idToken": "TAG", "type": "ISO14443"}
        lab.csms.ask(ocpp.RequestStartTransaction(**{**start.payload, "idToken": token}))
        await lab.wait(1)
        assert lab.plant.limits(lab.now).max_charge_power == 7_000.0
        lab.plant.plugged(lab.now)
        await lab.wait(1)

    station = Station().set(token=None, authorize_remote_start=True)
    lab = play(script, station=station)
    assert len(lab.trace.all(ocpp.Authorize)) == 1
    assert lab.triggers == ["RemoteStart", "CablePluggedIn"]
    assert lab.events[0]["transactionInfo"]["chargingState"] == "Idle"
    assert "evse" not in lab.events[0]
    assert lab.events[1]["evse"] == {"id": 1, "connectorId": 1}


def test_a_remote_start_without_a_plug_times_out(play: Play) -> None:
    async def script(lab: Lab) -> None:
        lab.csms.ask(remote_start())
        await lab.wait(130)
        assert lab.plant.authorisation == "none"

    lab = play(script, station=Station().set(token=None))
    assert lab.events[-1]["triggerReason"] == "EVConnectTimeout"
    assert lab.events[-1]["transactionInfo"]["stoppedReason"] == "Timeout"


def test_a_stop_does_not_wait_for_ever_for_the_ev(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        await lab.charge(5)
        call = asks.remote_stop(lab.known)
        assert call is not None
        lab.csms.ask(call)
        await lab.wait(31)
        assert lab.known.running is None

    lab = play(script)
    assert lab.events[-1]["triggerReason"] == "RemoteStop"
