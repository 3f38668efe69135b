"""Block E: a station that asks its backend about no token (DisableRemoteAuthorization)."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, do, ocpp_states, scene
from harness.kit import ocpp_tokens as tokens
from harness.kit import ocpp_transactions as tx


@case(
    "TC_E_52_CS",
    "A station that is to ask about no token goes by what it remembers",
    sut=Role.STATION,
    cites=("C01.FR.02",),
    needs=Feature.OCPP201,
)
async def test_asks_nobody(bench: Bench, judge: Judge) -> None:
    """A card from an earlier visit charges without a question; one that was never there is not asked about either."""
    known = ocpp_states.charging(tokens.STRANGER) + scene.passes(5.0) + tx.away()
    new = ocpp_states.plugged_in() + tokens.presented(ocpp_states.TOKEN) + tx.away()
    alone = tx.lent({"AuthCtrlr.DisableRemoteAuthorization": "true"}, known + new)
    whole = tokens.remembering() + tokens.visit(tokens.STRANGER) + alone + tokens.forgetful()
    trace = await bench.play(whole)

    # The card was presented twice in the visit before: to start and to stop.
    again = tokens.presenting(trace, tokens.STRANGER, nth=3)
    tx.done(trace, do.PRESENT_TOKEN, 4)
    judge.silence("questions about a known card", tokens.questions(again, tokens.STRANGER))
    judge.silence("questions about a new card", tokens.questions(again, ocpp_states.TOKEN))
    judge.some("energy on the known card", [one for one in tx.events(again) if ocpp_states.is_charging(one)])
