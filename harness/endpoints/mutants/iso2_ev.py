"""EVs with one fault each in an ISO 15118-2 session."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.ev.ev import DIN, ISO2, Ev
from harness.endpoints.mutants.iso2_careless_ev import (
    FollowsNoLimit,
    IgnoresNotices,
    RenegotiatesHalf,
    TakesAnyId,
    TakesNoForOk,
    TrustsAnyCable,
    WaitsForNoCustomer,
    WaitsForNothing,
    led_by,
)
from harness.endpoints.mutants.mutant import Mutant, series
from harness.messages.iso2.charging import (
    ChargeParameterDiscoveryReq,
    ChargeProgress,
    ChargingProfile,
    MeteringReceiptReq,
    PowerDeliveryReq,
    ProfileEntry,
)
from harness.messages.iso2.codes import EnergyTransferMode, PaymentOption
from harness.messages.iso2.dc import CurrentDemandReq
from harness.messages.iso2.payment import (
    AuthorizationReq,
    PaymentServiceSelectionReq,
    SelectedService,
    SelectedServiceList,
)
from harness.messages.iso2.physical import amperes, watts
from harness.messages.iso2.session import ChargingSession, SessionSetupReq, SessionStopReq

mutant = series(Ev, Role.EV, ids="iso2-ev-", cases="ISO2-EV-")
STRANGER = bytes.fromhex("0BADC0FFEE0DDF00")
_LONG = 300.0
_ENDLESS = 10_000
_GO_ON = (
    "payment_selection",
    "authorization",
    "charge_parameters",
    "cable_check",
    "pre_charge",
    "power_start",
    "current_demand",
)
"""Places from which a session goes on, as the cases name them."""
_CODES = ("failed", "failed_sequence_error", "failed_unknown_session")


def _greedy(_: Any, usual: PowerDeliveryReq) -> PowerDeliveryReq:
    """A profile of a megawatt."""
    if usual.charge_progress is not ChargeProgress.START:
        return usual
    entry = ProfileEntry(charging_profile_entry_start=0, charging_profile_entry_max_power=watts(1e6))
    return replace(usual, charging_profile=ChargingProfile(profile_entry=(entry,)))


def _signs_twice(good: Ev) -> Ev:
    """Shows the challenge whenever it asks."""
    known: list[Any] = []

    def change(_: Any, usual: AuthorizationReq) -> AuthorizationReq:
        known.append(usual)
        return known[0] if usual.gen_challenge is None else usual

    return good.answering(AuthorizationReq, change)


def _leaves_at_once(_: Any, usual: PowerDeliveryReq) -> Any:
    stops = usual.charge_progress is ChargeProgress.STOP
    return SessionStopReq(charging_session=ChargingSession.TERMINATE) if stops else usual


_OPENING: tuple[Mutant, ...] = (
    mutant(
        "numbers-twice",
        "offers two protocols under one number",
        ("SAP-001",),
        lambda good: good.having(protocols=(ISO2, replace(DIN, schema_id=ISO2.schema_id))),
    ),
    mutant(
        "names-a-session",
        "asks for a session that it never had",
        ("SSU-001",),
        lambda good: good.but(SessionSetupReq, header__session_id=STRANGER),
    ),
    mutant(
        "loses-its-id",
        "forgets the id of its session",
        ("SSU-002",),
        lambda good: good.but(ChargeParameterDiscoveryReq, header__session_id=STRANGER),
    ),
    mutant(
        "selects-by-heart",
        "selects service 1 whatever is offered",
        ("SVC-001",),
        lambda good: good.but(
            PaymentServiceSelectionReq,
            selected_service_list=SelectedServiceList(selected_service=(SelectedService(service_id=1),)),
        ),
    ),
    mutant(
        "unique",
        "wants a way of transfer that nobody offers",
        ("SVC-002",),
        lambda good: good.but(ChargeParameterDiscoveryReq, requested_energy_transfer_mode=EnergyTransferMode.DC_UNIQUE),
    ),
    mutant(
        "pays-in-plain",
        "pays by contract whatever the connection",
        ("SVC-003",),
        lambda good: good.but(PaymentServiceSelectionReq, selected_payment_option=PaymentOption.CONTRACT),
    ),
    mutant("waits-for-nothing", "takes Ongoing for a granted authorization", ("AUT-001",), led_by(WaitsForNothing)),
    mutant("waits-for-no-customer", "leaves where a customer is waited for", ("AUT-003",), led_by(WaitsForNoCustomer)),
    mutant(
        "signs-anything",
        "shows a challenge that it made up",
        ("PNC-001",),
        lambda good: good.but(AuthorizationReq, nth=1, gen_challenge=bytes(16)),
    ),
    mutant("signs-twice", "shows the challenge each time", ("PNC-002",), _signs_twice),
    mutant(
        "signs-no-receipt",
        "gives receipts without a signature",
        ("RCP-001",),
        lambda good: good.but(MeteringReceiptReq, header__signature=None),
    ),
)

_ENERGY: tuple[Mutant, ...] = (
    mutant("trusts-any-cable", "charges over an unsound cable", ("CBL-001", "CBL-002"), led_by(TrustsAnyCable)),
    mutant(
        "takes-any-voltage",
        "starts power at any voltage",
        ("PRE-001",),
        lambda good: good.having(voltage_tolerance=10_000.0),
    ),
    mutant(
        "first-by-heart",
        "picks schedule 1 whatever is offered",
        ("PWD-001",),
        lambda good: good.but(PowerDeliveryReq, sa_schedule_tuple_id=1),
    ),
    mutant(
        "greedy-profile",
        "means to take a megawatt",
        ("PWD-002",),
        lambda good: good.answering(PowerDeliveryReq, _greedy),
    ),
    mutant(
        "greedy",
        "asks for 400 A",
        ("LOP-001", "LOP-002", "LOP-003"),
        lambda good: good.but(CurrentDemandReq, ev_target_current=amperes(400.0)),
    ),
    mutant("follows-no-limit", "goes by the first limits alone", ("LOP-003",), led_by(FollowsNoLimit)),
    mutant(
        "ignores-notices",
        "never stops for a station",
        ("NTF-001",),
        lambda good: led_by(IgnoresNotices)(good).having(loops=_ENDLESS),
    ),
    mutant("renegotiates-half", "asks to renegotiate and charges on", ("NTF-002",), led_by(RenegotiatesHalf)),
    mutant(
        "leaves-at-once",
        "ends its session without stopping power",
        ("STP-001",),
        lambda good: good.answering(PowerDeliveryReq, _leaves_at_once),
    ),
)

_RESPONSES: tuple[Mutant, ...] = (
    mutant(
        "never-hangs-up",
        "stays connected when its session is over",
        ("SAP-002", "CBL-001", "TMO-001", "ORD-001", "SID-001", "FLD-001", "MAL-001", "STP-002"),
        lambda good: good.having(linger=_LONG),
    ),
    mutant(
        "takes-any-id",
        "looks at no session id in a response",
        tuple(f"SID-001[{place}-{kind}]" for place in _GO_ON for kind in ("stranger", "zero")),
        led_by(TakesAnyId),
    ),
    mutant(
        "takes-every-failure-for-ok",
        "goes on after every FAILED code",
        tuple(f"FLD-001[{place}-{code}]" for place in _GO_ON for code in _CODES),
        led_by(TakesNoForOk),
    ),
    mutant(
        "waits-longer",
        "goes on with a response however late it is",
        ("TMO-001", "ONG-001", "AUT-002", "PRE-001"),
        lambda good: good.having(patient=True),
    ),
    mutant(
        "waits-shorter", "gives up after a quarter of its time", ("TMO-002",), lambda good: good.having(factor=0.25)
    ),
)

MUTANTS: tuple[Mutant, ...] = (*_OPENING, *_ENERGY, *_RESPONSES)
