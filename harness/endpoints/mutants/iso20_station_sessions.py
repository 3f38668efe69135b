"""Stations with one fault each in how they agree on a protocol, open a session and offer authorization."""

from __future__ import annotations

from harness.core.case import Role
from harness.endpoints.mutants.careless_answers import best, joins, picking
from harness.endpoints.mutants.careless_opening import (
    AgreesToAnything,
    ChangesItsName,
    ChecksTheClock,
    CountsSessions,
    KnowsOneForm,
    ten_lines,
)
from harness.endpoints.mutants.careless_order import NodsEverythingThrough
from harness.endpoints.mutants.careless_secc import TakesAnySession
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationSetupRes,
    ServiceDiscoveryRes,
    SessionSetupRes,
)
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes

mutant = series(Station, Role.STATION, ids="station-sessions-", cases="ISO20-STN-")

_AGREED = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION
_STRANGER = bytes.fromhex("BAD5E55104BAD5E5")

_PROTOCOLS = (
    mutant(
        "overlooks-minor-versions",
        "agrees on another minor version as if it were its own",
        ("SAP-004",),
        lambda good: good.but(SupportedAppProtocolRes, response_code=_AGREED),
    ),
    mutant(
        "reads-ten-lines",
        "reads ten lines of an offer",
        ("SAP-005",),
        lambda good: good.answering(SupportedAppProtocolRes, ten_lines),
    ),
    mutant(
        "always-schema-one",
        "names the schema id 1, whatever the EV called it",
        ("SAP-006",),
        lambda good: good.but(SupportedAppProtocolRes, schema_id=1),
    ),
    mutant(
        "agrees-to-anything",
        "agrees on whatever the EV likes best",
        ("SAP-007",),
        picking(best),
    ),
    mutant(
        "agrees-and-has-not",
        "agrees on a protocol whose services it does not have",
        ("SAP-010",),
        lambda good: good.set(services=(6, 2)).having(secc=AgreesToAnything),
    ),
    mutant(
        "picks-first-line",
        "picks the first line of every offer",
        ("SAP-008",),
        picking(lambda offer: offer[0]),
    ),
    mutant(
        "nods-everything-through",
        "says OK to every request, wherever it comes",
        ("SAP-009", "CIN-001"),
        lambda good: good.having(secc=NodsEverythingThrough),
    ),
)

_SESSIONS = (
    mutant(
        "looks-at-no-id",
        "looks at no session id",
        ("HDR-001",),
        lambda good: good.having(secc=TakesAnySession),
    ),
    mutant(
        "changes-the-id",
        "answers ServiceDiscoveryReq under another id",
        ("HDR-002",),
        lambda good: good.but(ServiceDiscoveryRes, header__session_id=_STRANGER),
    ),
    mutant(
        "clock-goes-back",
        "has a clock that goes back",
        ("HDR-003",),
        lambda good: good.but(ServiceDiscoveryRes, header__time_stamp=5),
    ),
    mutant(
        "checks-the-clock",
        "hangs up on an EV whose clock stands at zero",
        ("HDR-004",),
        lambda good: good.having(secc=ChecksTheClock),
    ),
    mutant(
        "knows-one-form",
        "hangs up on an EVCCID of another length than it knows",
        ("SSU-004",),
        lambda good: good.having(secc=KnowsOneForm),
    ),
    mutant(
        "counts-sessions",
        "numbers its sessions",
        ("SSU-005",),
        lambda good: good.answering(SessionSetupRes, CountsSessions()),
    ),
    mutant(
        "joins-any-session",
        "joins sessions that nobody paused",
        ("SSU-006",),
        lambda good: good.answering(SessionSetupRes, joins),
    ),
    mutant(
        "changes-its-name",
        "has another EVSE id in every session",
        ("SSU-007",),
        lambda good: good.answering(SessionSetupRes, ChangesItsName()),
    ),
)

_AUTHORIZATION = (
    mutant(
        "offers-twice",
        "offers external means twice",
        ("ASU-001",),
        lambda good: good.but(AuthorizationSetupRes, authorization_services=(Authorization.EIM, Authorization.EIM)),
    ),
    mutant(
        "wrong-block",
        "offers Plug and Charge with the block of external means",
        ("ASU-002",),
        lambda good: good.set(authorization_services=("eim",)).but(
            AuthorizationSetupRes, authorization_services=(Authorization.EIM, Authorization.PNC)
        ),
    ),
)

MUTANTS = (*_PROTOCOLS, *_SESSIONS, *_AUTHORIZATION)
