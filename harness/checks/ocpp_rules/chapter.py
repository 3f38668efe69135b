"""How rules over a conversation are declared: a sentence, what it cites, and a judgement over the index."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from harness.checks.ocpp_rules.talk import CSMS, STATION, Talk, talk_of
from harness.checks.rule import Rule, Tally
from harness.core.case import Role
from harness.core.feature import Feature
from harness.core.verdict import Finding
from harness.trace.entry import Entry
from harness.trace.trace import Trace

Judge = Callable[[Talk, Tally], None]
BOTH = (STATION, CSMS)
MINUTE = 60.0
"""Seconds that we give to what the standard wants done without saying how soon."""


class Chapter:
    """Gathers the rules of one chapter in the order in which they stand in its file."""

    def __init__(self) -> None:
        """A chapter without rules."""
        self.rules: list[Rule] = []

    def rule(
        self,
        rule_id: str,
        title: str,
        *cites: str,
        judges: Role | tuple[Role, ...] = STATION,
        about: tuple[str, ...] = (),
        needs: tuple[Feature, ...] = (),
    ) -> Callable[[Judge], Judge]:
        """Declare the rule that a judgement stands for.

        Args:
            rule_id: stable and unique.
            title: the rule as a sentence.
            cites: requirements that it stands on; none where it is our own rule of consistency.
            judges: whose doing it judges.
            about: actions without any of which there is nothing to look at.
            needs: what a device must offer beside OCPP 2.0.1.
        """
        what = title[0].lower() + title[1:]

        def enter(judge: Judge) -> Judge:
            def find(trace: Trace) -> Iterable[Finding]:
                talk = talk_of(trace)
                if not talk.tells(about):
                    return ()
                tally = Tally(rule_id, what, cites)
                judge(talk, tally)
                return tally

            find.__doc__ = judge.__doc__
            roles = judges if isinstance(judges, tuple) else (judges,)
            needed = (Feature.OCPP201, *needs)
            self.rules.append(Rule(id=rule_id, title=title, judges=roles, cites=cites, needs=needed, find=find))
            return judge

        return enter


def hold(tally: Tally, right: bool, detail: str, *entries: Entry) -> None:  # noqa: FBT001 - the judgement itself
    """Enter a judgement: an offence with its detail, or one more thing that was right."""
    if right:
        tally.good(entries[-1])
    else:
        tally.bad(detail, *entries)


def advise(tally: Tally, right: bool, detail: str, *entries: Entry) -> None:  # noqa: FBT001 - the judgement itself
    """The same of what is only recommended: no offence, but told."""
    if right:
        tally.good(entries[-1])
    else:
        tally.notice(detail, *entries)
