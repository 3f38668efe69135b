"""What our backend says of tokens that it has accounts for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.tokens import Account
from harness.endpoints.station.quantities import Token
from harness.endpoints.station.station import Station
from harness.messages import ocpp
from tests.endpoints_ocpp.readings import assert_clean

if TYPE_CHECKING:
    from tests.endpoints_ocpp.conftest import Lab, Play

NOON = 1_767_268_800.0
DRIVER = Account(id_token="Driver", group="G", evses=(1, 3), language="fr", message="Bonjour", valid_for=60.0)


def test_an_account_says_all_it_knows() -> None:
    info = Csms().knowing(DRIVER).token_info("DRIVER", "ISO14443", NOON)

    assert info == {
        "status": "Accepted",
        "groupIdToken": {"idToken": "G", "type": "Central"},
        "evseId": [1, 3],
        "language1": "fr",
        "personalMessage": {"format": "UTF8", "content": "Bonjour"},
        "cacheExpiryDateTime": "2026-01-01T12:01:00.000Z",
    }


def test_the_later_account_counts_and_others_are_as_ever() -> None:
    csms = Csms(accepted_tokens=("A",)).knowing(DRIVER, Account(id_token="driver", status="NoCredit", evses=(1,)))

    assert csms.token_info("Driver", "ISO15693", NOON) == {"status": "NoCredit"}
    assert csms.token_info("A", "ISO14443", NOON) == {"status": "Accepted"}
    assert csms.token_info("B", "ISO14443", NOON) == {"status": "Invalid"}
    assert csms.token_info("", "NoAuthorization", NOON) == {"status": "Accepted"}


def test_a_type_may_matter() -> None:
    csms = Csms(accepted_tokens=()).knowing(Account(id_token="1234", type="KeyCode"))

    assert csms.token_status("1234", "KeyCode") == "Accepted"
    assert csms.token_status("1234", "ISO14443") == "Invalid"


def test_a_station_keeps_to_the_places_of_a_token(play: Play) -> None:
    async def script(lab: Lab) -> None:
        lab.plant.plugged(lab.now)
        lab.plant.token_presented(Token(id_token="elsewhere"), lab.now)
        await lab.wait(1)
        assert lab.plant.authorisation == "rejected"
        lab.plant.token_presented(Token(id_token="driver"), lab.now)
        await lab.wait(1)
        assert lab.plant.authorisation == "accepted"

    csms = Csms().knowing(DRIVER, Account(id_token="elsewhere", evses=(2,)))
    lab = play(script, station=Station().set(token=None), csms=csms)
    assert [one["idTokenInfo"]["evseId"] for one in lab.trace.messages(ocpp.Authorize.response)] == [[2], [1, 3]]
    assert_clean(lab)
