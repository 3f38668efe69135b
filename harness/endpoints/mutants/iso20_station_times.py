"""Stations with one fault each in how long they wait, and how long they let wait."""

from __future__ import annotations

from harness.core.case import Role
from harness.core.units import Volts
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.secc import CLOSE_AFTER
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    AuthorizationRes,
    ScheduleExchangeRes,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    SessionStopRes,
)
from harness.messages.iso20.dc import (
    DcCableCheckRes,
    DcChargeLoopRes,
    DcChargeParameterDiscoveryRes,
    DcPreChargeRes,
)
from harness.messages.iso20.types import Processing

mutant = series(Station, Role.STATION, ids="station-times-", cases="ISO20-STN-")

_PATIENCE = (
    mutant(
        "waits-for-ever",
        "lets no timer end a session",
        ("TMO-003", "TMO-004", "TMO-006", "TMO-008"),
        lambda good: good.having(patient=True),
    ),
    mutant(
        "loses-patience",
        "drops an EV after half the time",
        ("TMO-005", "TMO-007"),
        lambda good: good.having(factor=0.5),
    ),
    mutant(
        "holds-the-line",
        "never closes a connection",
        ("TMO-010",),
        lambda good: good.having(linger=3600.0),
    ),
    mutant(
        "drops-the-line",
        "closes the connection with its last response",
        ("TMO-010",),
        lambda good: good.having(linger=-CLOSE_AFTER),
    ),
    mutant(
        "loses-patience-at-once",
        "gives an EV three seconds for its first requests",
        ("TMO-009",),
        lambda good: good.having(factor=1 / 6),
    ),
)

_SLOWNESS = (
    mutant(
        "slow-to-list",
        "takes three seconds to list its services",
        ("PRF-001",),
        lambda good: good.late_on(ServiceDiscoveryRes, 3.0),
    ),
    mutant(
        "slow-to-tell",
        "takes six seconds to tell details of a service",
        ("PRF-002",),
        lambda good: good.late_on(ServiceDetailRes, 6.0),
    ),
    mutant(
        "slow-to-rate",
        "takes three seconds to tell its ratings",
        ("PRF-003",),
        lambda good: good.late_on(DcChargeParameterDiscoveryRes, 3.0),
    ),
    mutant(
        "slow-loop",
        "takes 0.7 s in the third charge loop",
        ("PRF-004",),
        lambda good: good.late_on(DcChargeLoopRes, 0.7, nth=3),
    ),
    mutant(
        "slow-goodbye",
        "takes three seconds to let the EV go",
        ("PRF-005",),
        lambda good: good.late_on(SessionStopRes, 3.0),
    ),
    mutant(
        "never-settles",
        "never settles a schedule",
        ("PRF-006",),
        lambda good: good.but(ScheduleExchangeRes, evse_processing=Processing.ONGOING),
    ),
    mutant(
        "never-checks",
        "never ends a cable check",
        ("PRF-007",),
        lambda good: good.but(DcCableCheckRes, evse_processing=Processing.ONGOING),
    ),
    mutant(
        "never-reaches",
        "pre-charges to 50 V",
        ("PRF-008",),
        lambda good: good.but(DcPreChargeRes, evse_present_voltage=Volts.of(50.0)),
    ),
    mutant(
        "never-decides",
        "never decides on an authorization",
        ("PRF-009",),
        lambda good: good.but(AuthorizationRes, evse_processing=Processing.ONGOING),
    ),
)

MUTANTS = (*_PATIENCE, *_SLOWNESS)
