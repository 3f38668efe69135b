"""What the subject says on the vehicle link, held against the schema that it says it in."""

from __future__ import annotations

from collections.abc import Iterable

from harness.checks.rule import Rule, Tally, is_subject
from harness.core.case import Role
from harness.core.verdict import Finding
from harness.messages.field import Message
from harness.messages.problems import Problem, problems
from harness.trace.entry import Link
from harness.trace.trace import Trace

_TOLD = 3
"""How many objections to one message are spelt out."""
_DISPUTED = {
    ("CertificateInstallationRes/SignedInstallationData/DHPublicKey", 56): (
        "a public key on X448 has 56 octets and goes unpadded by V2G20-2495, while the schema asks for 133"
    ),
}
"""Values about which the sources disagree, by path and size: told as a notice, held against nobody."""


def valid(trace: Trace) -> Iterable[Finding]:
    """The schema has nothing against a message of the subject: bounds, lengths, occurrences, enumerations.

    EXI without strict mode carries much that the schema forbids; that a message was decoded proves nothing here.
    """
    tally = Tally("RULE-V2G-SCHEMA", "every V2G message is valid by its schema")
    for entry in trace:
        if entry.link is not Link.V2G or not isinstance(entry.message, Message) or not is_subject(trace, entry):
            continue
        everything = problems(entry.message)
        found = [one for one in everything if not _disputed(one)]
        for one in everything:
            if why := _disputed(one):
                tally.notice(f"{one.path}: {why}", entry)
        if found:
            more = f" and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
            tally.bad("; ".join(map(str, found[:_TOLD])) + more, entry)
        else:
            tally.good(entry)
    return tally


def _disputed(problem: Problem) -> str:
    size = len(problem.value) if isinstance(problem.value, bytes) else 0
    return _DISPUTED.get((problem.path, size), "")


RULES = (
    Rule(
        id="RULE-V2G-SCHEMA",
        title="Every message on the vehicle link is valid by its schema",
        judges=(Role.EV, Role.STATION),
        find=valid,
    ),
)
