"""The cards that cases present are those that operators are told of."""

from __future__ import annotations

from pathlib import Path

from harness.endpoints.csms.csms import NEWCOMER
from harness.endpoints.csms.tokens import CARDS, GROUP, MASTER_GROUP
from harness.kit.ocpp_states import TOKEN

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "ocpp-device.md"


def test_operators_are_told_of_every_card() -> None:
    page = PAGE.read_text(encoding="utf-8")
    names = [account.id_token for account in CARDS.values()]
    assert [one for one in (TOKEN, NEWCOMER, GROUP, MASTER_GROUP, *names) if f"`{one}`" not in page] == []
