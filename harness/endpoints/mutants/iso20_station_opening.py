"""Stations with one fault each in how they read what comes in, and in how they open a session."""

from __future__ import annotations

from harness.core.case import Role
from harness.endpoints.mutants.careless_answers import (
    best,
    in_dc,
    joins,
    nobody,
    picking,
    usable,
)
from harness.endpoints.mutants.careless_secc import (
    TakesAnySession,
    TakesSessionZero,
)
from harness.endpoints.mutants.hearing import DeafAfterNonsense, one_message_a_read, whatever_the_type_says
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.desk import NO_SESSION
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    AuthorizationSetupRes,
    SessionSetupRes,
)

mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")

OPENING = (
    mutant(
        "picks-first-line",
        "picks the first line of every offer",
        ("SAP-001", "SAP-002", "SAP-003"),
        picking(lambda offer: offer[0]),
    ),
    mutant(
        "ranks-before-filtering",
        "picks what the EV likes best, whether it speaks it or not",
        ("SAP-001", "SAP-002", "SAP-003"),
        picking(best),
    ),
    mutant(
        "ranks-by-place",
        "picks the first line that it speaks, whatever its priority",
        ("SAP-001",),
        picking(lambda offer: usable(offer)[0] if usable(offer) else best(offer)),
    ),
    mutant(
        "speaks-any-version",
        "takes every version of ISO 15118-20 for its own",
        ("SAP-003",),
        picking(lambda offer: best(in_dc(offer) or offer)),
    ),
    mutant(
        "never-refuses-protocol",
        "agrees to a protocol that it does not speak",
        ("SAP-002",),
        picking(lambda offer: best(usable(offer) or offer)),
    ),
    mutant(
        "session-zero",
        "opens sessions under the id zero",
        ("SSU-001", "SSU-002"),
        lambda good: good.but(SessionSetupRes, header__session_id=NO_SESSION),
    ),
    mutant(
        "joins-any-session",
        "joins sessions that it never had",
        ("SSU-002",),
        lambda good: good.answering(SessionSetupRes, joins),
    ),
    mutant(
        "takes-any-session-id",
        "looks at no session id",
        ("SSU-003",),
        lambda good: good.having(secc=TakesAnySession),
    ),
    mutant(
        "takes-session-zero",
        "takes the id zero for the open session",
        ("SSU-003[zero]",),
        lambda good: good.having(secc=TakesSessionZero),
    ),
    mutant(
        "refuses-under-session-zero",
        "refuses under the id zero instead of that of the session",
        ("SSU-003",),
        lambda good: good.answering(AuthorizationSetupRes, nobody),
    ),
)

FRAMING = (
    mutant(
        "one-message-a-read",
        "takes what one read brings for one message",
        ("FRM-001", "FRM-002"),
        lambda good: good.having(hears=one_message_a_read),
    ),
    mutant(
        "dies-of-nonsense",
        "answers nobody any more after a frame that it cannot decode",
        ("FRM-002", "FRM-003"),
        lambda good: good.having(hears=DeafAfterNonsense()),
    ),
    mutant(
        "ignores-payload-type",
        "reads a message whatever its payload type says",
        ("FRM-004",),
        lambda good: good.having(hears=whatever_the_type_says),
    ),
)
