"""What a station makes of tokens by what it knows: cache, local list, groups, and the backend's second thoughts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.endpoints.csms.csms import Csms
from harness.endpoints.station.authorization_terms import AuthorizationTerms, TokenRules
from harness.endpoints.station.ocpp.token_memory import TokenCache, TokenMemory
from harness.endpoints.station.ocpp.token_verdict import Opinion, verdict
from harness.endpoints.station.quantities import Token
from harness.endpoints.station.station import Station
from harness.messages import ocpp
from tests.endpoints_ocpp.readings import actions, assert_clean

if TYPE_CHECKING:
    from tests.endpoints_ocpp.conftest import Lab, Play

GOOD = Token(id_token="GOOD")
GOOD_INFO = {"status": "Accepted"}


def knowing(**terms: Any) -> Station:
    return Station().set(token=None, authorization=AuthorizationTerms(**terms))


def entry(token: str, status: str = "Accepted", **more: Any) -> dict[str, Any]:
    return {"idToken": {"idToken": token, "type": "ISO14443"}, "idTokenInfo": {"status": status, **more}}


@pytest.mark.parametrize(
    ("online", "terms", "listed", "cached", "opinion"),
    [
        (True, {}, None, "Accepted", Opinion.ASK),
        (True, {"local_pre_authorize": True}, None, "Accepted", Opinion.TAKE),
        (True, {"local_pre_authorize": True}, None, "Blocked", Opinion.ASK),
        (True, {"local_pre_authorize": True, "cache_final": True}, None, "Blocked", Opinion.REFUSE),
        (True, {"local_pre_authorize": True, "cache": False}, None, "Accepted", Opinion.ASK),
        (True, {"local_pre_authorize": True}, "Blocked", "Accepted", Opinion.ASK),
        (True, {"local_pre_authorize": True, "list_final": True}, "Blocked", "Accepted", Opinion.REFUSE),
        (True, {"local_pre_authorize": True}, "Accepted", "Blocked", Opinion.TAKE),
        (False, {}, "Accepted", None, Opinion.TAKE),
        (False, {}, "Blocked", "Accepted", Opinion.REFUSE),
        (False, {}, None, None, Opinion.ASK),
        (False, {"unknown_offline": True}, None, None, Opinion.TAKE),
        (False, {"unknown_offline": True}, "Expired", None, Opinion.REFUSE),
        (False, {"local_authorize_offline": False}, "Accepted", None, Opinion.ASK),
    ],
)
def test_what_a_station_knows_counts_as_configured(
    online: bool, terms: dict[str, Any], listed: str | None, cached: str | None, opinion: Opinion
) -> None:
    memory = TokenMemory(10)
    if listed:
        memory.list.replace(memory.list.updated([entry("Good", listed)], full=True), 1)
    if cached:
        memory.cache.take(("good", "ISO14443"), {"status": cached}, 0.0)

    found = verdict(GOOD, TokenRules(AuthorizationTerms(**terms)), memory, 10.0, online=online)

    assert found.opinion is opinion


def test_a_token_may_be_good_at_another_evse_only() -> None:
    memory = TokenMemory(10)
    memory.cache.take(("good", "ISO14443"), {**GOOD_INFO, "evseId": [2]}, 0.0)

    found = verdict(GOOD, TokenRules(AuthorizationTerms()), memory, 10.0, online=False)

    assert found.opinion is Opinion.REFUSE


def test_the_cache_forgets_in_time_and_for_want_of_room() -> None:
    cache = TokenCache(2)
    cache.take(("a", "X"), {"status": "Blocked"}, 0.0)
    cache.take(("b", "X"), GOOD_INFO, 1.0)
    cache.take(("c", "X"), {**GOOD_INFO, "cacheExpiryDateTime": "1970-01-01T00:00:30Z"}, 2.0)

    assert cache.find(("a", "X"), 3.0, lifetime=0, offset=0) is None
    assert cache.find(("b", "X"), 9.0, lifetime=10, offset=0) == GOOD_INFO
    assert cache.find(("b", "X"), 11.0, lifetime=10, offset=0) is None
    assert cache.find(("c", "X"), 29.0, lifetime=0, offset=0) is not None
    assert cache.find(("c", "X"), 29.0, lifetime=0, offset=1.0) is None
    assert len(cache) == 0


def test_a_list_is_taken_whole_or_not_at_all(play: Play) -> None:
    async def script(lab: Lab) -> None:
        def send(kind: str, version: int, *entries: dict[str, Any]) -> None:
            lab.csms.ask(
                ocpp.SendLocalList(updateType=kind, versionNumber=version, localAuthorizationList=list(entries))
            )

        lab.csms.ask(ocpp.GetLocalListVersion())
        send("Full", 3, entry("A"), entry("B"))
        send("Differential", 3, entry("C"))
        send("Differential", 4, entry("C"), {"idToken": entry("a")["idToken"]})
        lab.csms.ask(ocpp.GetLocalListVersion())
        send("Full", 5, entry("A"), entry("a"))
        send("Full", 6, *(entry(str(number)) for number in range(51)))
        lab.csms.ask(ocpp.GetLocalListVersion())
        lab.csms.ask(ocpp.SendLocalList(updateType="Full", versionNumber=9))
        lab.csms.ask(ocpp.GetLocalListVersion())
        await lab.wait(2)

    lab = play(script)
    statuses = [one["status"] for one in lab.trace.messages(ocpp.SendLocalList.response)]
    assert statuses == ["Accepted", "VersionMismatch", "Accepted", "Failed", "Failed", "Accepted"]
    versions = [one["versionNumber"] for one in lab.trace.messages(ocpp.GetLocalListVersion.response)]
    assert versions == [0, 4, 4, 9]
    assert_clean(lab)


def test_a_remembered_token_starts_unasked_until_the_cache_is_cleared(play: Play) -> None:
    async def script(lab: Lab) -> None:
        for clear in (False, False, True):
            if clear:
                lab.csms.ask(ocpp.ClearCache())
                await lab.wait(1)
            lab.plant.plugged(lab.now)
            lab.plant.token_presented(GOOD, lab.now)
            await lab.wait(1)
            assert lab.plant.authorisation == "accepted"
            lab.plant.unplugged(lab.now)
            await lab.wait(1)

    lab = play(script, station=knowing(local_pre_authorize=True))
    assert actions(lab).count("Authorize") == 2
    assert_clean(lab)


def groups(heard: Any, said: Any) -> Any:
    """The backend knows two groups, and one master."""
    token = heard.payload.get("idToken", {}).get("idToken", "")
    return {"idTokenInfo": {"status": "Accepted", "groupIdToken": {"idToken": token[0], "type": "Central"}}}


@pytest.mark.parametrize(
    ("other", "reason"), [("A2", "Local"), ("B1", None), ("M1", "MasterPass")], ids=["same", "another", "master"]
)
def test_who_is_of_the_group_may_stop(play: Play, other: str, reason: str | None) -> None:
    async def script(lab: Lab) -> None:
        lab.plant.plugged(lab.now)
        lab.plant.token_presented(Token(id_token="M2"), lab.now)
        await lab.wait(1)
        assert lab.plant.authorisation == "rejected"
        lab.plant.token_presented(Token(id_token="A1"), lab.now)
        await lab.wait(1)
        lab.plant.token_presented(Token(id_token=other), lab.now)
        await lab.wait(1)
        assert lab.plant.authorisation == ("accepted" if reason is None else "none")
        lab.plant.unplugged(lab.now)

    lab = play(
        script,
        station=knowing(master_pass_group="M"),
        csms=Csms().answering(ocpp.Authorize.response, groups),
    )
    assert lab.events[-1]["transactionInfo"]["stoppedReason"] == (reason or "EVDisconnected")
    assert_clean(lab)


def test_a_token_that_is_taken_back_may_leave_the_transaction_open(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        await lab.charge(20)
        assert lab.plant.charging_state(lab.now) == "SuspendedEVSE"
        await lab.leave()
        lab.plant.unplugged(lab.now)

    def taken_back(heard: Any, said: Any) -> Any:
        return {"idTokenInfo": {"status": "Invalid"}} if "idToken" in heard.payload else said

    terms = AuthorizationTerms(stop_on_invalid=False, max_energy_on_invalid=100)
    lab = play(
        script,
        station=Station().set(authorization=terms),
        csms=Csms().answering(ocpp.TransactionEvent.response, taken_back),
    )
    states = [event["transactionInfo"].get("chargingState") for event in lab.events]
    assert states.index("Charging") < states.index("SuspendedEVSE")
    assert "Deauthorized" not in lab.triggers
    assert_clean(lab)


def test_nobody_is_asked_where_authorization_is_off(play: Play) -> None:
    async def script(lab: Lab) -> None:
        lab.plant.plugged(lab.now)
        await lab.wait(1)
        assert lab.plant.authorisation == "accepted"

    lab = play(script, station=knowing(enabled=False))
    assert "Authorize" not in actions(lab)
    told = [event["idToken"] for event in lab.events if "idToken" in event]
    assert told == [{"idToken": "", "type": "NoAuthorization"}]
    assert_clean(lab)
