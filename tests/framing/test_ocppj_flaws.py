"""Spoilt calls are what they are said to be, and our own reader answers them within what is accepted of others."""

from __future__ import annotations

import pytest

from harness.framing.ocppj import ERROR_CODES, UNREADABLE_ID, Call, Malformed, parse
from harness.framing.ocppj_flaws import FRAME_FLAWS

ACTION, PAYLOAD = "GetVariables", {"a": [1, "<id>"]}


@pytest.mark.parametrize("name", FRAME_FLAWS)
def test_a_flaw_is_seen_and_answered_as_it_may_be(name: str) -> None:
    flaw = FRAME_FLAWS[name]
    found = parse(flaw.spoil("id-7", ACTION, PAYLOAD))
    assert flaw.what
    assert flaw.codes <= ERROR_CODES
    if isinstance(found, Malformed):
        assert found.code in flaw.codes
        assert found.message_id in flaw.ids("id-7")
        return
    assert flaw.readable
    assert isinstance(found, Call)
    assert found.message_id == "id-7"
    assert (found.action, found.payload) != (ACTION, PAYLOAD)


def test_an_answer_to_what_can_be_read_carries_its_id() -> None:
    assert FRAME_FLAWS["no_payload"].ids("x") == {"x"}
    assert FRAME_FLAWS["not_json"].ids("x") == {"x", UNREADABLE_ID}
