"""EVs with one fault each towards the station."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.core.units import Amperes
from harness.endpoints.ev.ev import ISO20_DC, Ev
from harness.endpoints.mutants.careless_evcc import IgnoresNotices, KnowsNoExport, NeedsPrices, TakesNoForOk
from harness.endpoints.mutants.hearing import one_message_a_read
from harness.endpoints.mutants.mutant import Mutant, series
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationSetupReq,
    ChargingSession,
    ServiceDiscoveryReq,
    ServiceSelectionReq,
    SessionSetupReq,
    SessionStopReq,
)
from harness.messages.iso20.dc import (
    DcChargeLoopReq,
    DcPreChargeReq,
    DcWeldingDetectionReq,
    ScheduledDcClReqControlMode,
)
from harness.messages.iso20.types import Processing
from harness.messages.namespaces import AC

mutant = series(Ev, Role.EV, ids="ev-", cases="ISO20-EV-")

_ANYBODYS = bytes.fromhex("00000000DEADBEEF")
_TIRELESS = 200
"""Charge loops that take longer than a station waits for the end."""


def greedy(_: Any, said: DcChargeLoopReq) -> DcChargeLoopReq:
    """Asks for 60 A whatever the station allows."""
    if not isinstance(said.control_mode, ScheduledDcClReqControlMode):
        return said
    return replace(said, control_mode=replace(said.control_mode, ev_target_current=Amperes.of(60.0)))


_SETTING_UP = (
    mutant(
        "equal-priorities",
        "likes two protocols equally",
        ("SAP-001",),
        lambda good: good.having(protocols=(ISO20_DC, replace(ISO20_DC, schema_id=2))),
    ),
    mutant(
        "offers-ac-alone",
        "offers the AC messages, though it charges with DC",
        ("SAP-001",),
        lambda good: good.having(protocols=(replace(ISO20_DC, protocol_namespace=AC),)),
    ),
    mutant(
        "takes-no-for-ok",
        "goes on after every refusal",
        ("SAP-002", "FTL-001"),
        lambda good: good.having(evcc=TakesNoForOk),
    ),
    mutant(
        "starts-with-an-id",
        "asks for a new session under an id of its own",
        ("SID-001",),
        lambda good: good.but(SessionSetupReq, header__session_id=_ANYBODYS),
    ),
    mutant(
        "forgets-its-session",
        "asks for the ways of authorization under another session id",
        ("SID-001",),
        lambda good: good.but(AuthorizationSetupReq, header__session_id=_ANYBODYS),
    ),
    mutant(
        "waits-for-no-authorization",
        "goes on while authorization is ongoing",
        ("AUT-001",),
        lambda good: good.answering(AuthorizationReq, lambda _, said: ServiceDiscoveryReq(header=said.header), nth=2),
    ),
    mutant(
        "changes-its-mind",
        "repeats its authorization with other contents",
        ("AUT-001",),
        lambda good: good.but(AuthorizationReq, selected_authorization_service=Authorization.PNC, nth=2),
    ),
    mutant(
        "knows-set-one",
        "selects parameter set 1 whatever was offered",
        ("SVC-001",),
        lambda good: good.but(ServiceSelectionReq, selected_energy_transfer_service__parameter_set_id=1),
    ),
    mutant(
        "one-message-a-read",
        "takes what one read brings for one message",
        ("FRM-001", "FRM-003", "FRM-005"),
        lambda good: good.having(hears=one_message_a_read),
    ),
)

_POWER = (
    mutant(
        "never-pre-charged",
        "starts without having said that pre-charge is finished",
        ("PRE-001",),
        lambda good: good.but(DcPreChargeReq, ev_processing=Processing.ONGOING),
    ),
    mutant(
        "any-voltage-will-do",
        "calls pre-charge finished at any voltage",
        ("PRE-001", "PRE-002", "CPD-005"),
        lambda good: good.having(voltage_tolerance=10_000.0),
    ),
    mutant(
        "greedy",
        "asks for 60 A whatever the station allows",
        ("LIM-001", "LIM-002", "LIM-003"),
        lambda good: good.answering(DcChargeLoopReq, greedy),
    ),
    mutant(
        "ignores-notices",
        "does not stop when the station asks for it",
        ("STP-001", "STP-003", "STP-004", "RNG-001", "RNG-002", "MTR-001"),
        lambda good: good.having(evcc=IgnoresNotices, loops=_TIRELESS),
    ),
    mutant(
        "pauses-instead",
        "pauses its session where it should end it",
        ("STP-001",),
        lambda good: good.but(SessionStopReq, charging_session=ChargingSession.PAUSE),
    ),
    mutant(
        "never-welding-detected",
        "ends its session while welding detection is ongoing",
        ("WLD-001",),
        lambda good: good.but(DcWeldingDetectionReq, ev_processing=Processing.ONGOING),
    ),
)

_OPTIONAL = (
    mutant(
        "needs-prices",
        "breaks off where a schedule comes without prices",
        ("OPT-001",),
        lambda good: good.having(evcc=NeedsPrices),
    ),
    mutant(
        "knows-no-export",
        "breaks off where MeterInfo tells the energy that came from it",
        ("OPT-002",),
        lambda good: good.having(evcc=KnowsNoExport),
    ),
)

_TIME = (
    mutant(
        "waits-for-ever",
        "lets no timer end a session",
        ("TMO-001", "TMO-002"),
        lambda good: good.having(patient=True),
    ),
    mutant(
        "loses-patience",
        "gives up after a quarter of the time",
        ("TMO-001",),
        lambda good: good.having(factor=0.25),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*_SETTING_UP, *_POWER, *_OPTIONAL, *_TIME)
