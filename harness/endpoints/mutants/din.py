"""Stations and EVs with one fault each in a session of DIN SPEC 70121."""

from __future__ import annotations

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.iso2.journey import Steps
from harness.endpoints.mutants.iso2_careless import (
    DinKeepsTheEv,
    DinServesAnybody,
    DinTakesAnySession,
    HangsUp,
    serving,
)
from harness.endpoints.mutants.iso2_careless_ev import DinTakesNoForOk, led_by
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.din.secc import DinSecc
from harness.endpoints.station.station import Station
from harness.messages.din.charging import ChargeParameterDiscoveryReq, ChargeParameterDiscoveryRes, PowerDeliveryRes
from harness.messages.din.codes import DcEvseStatusCode, EvseProcessing, PaymentOption, ResponseCode
from harness.messages.din.dc import CurrentDemandRes
from harness.messages.din.payment import SelectedService, SelectedServiceList, ServicePaymentSelectionReq
from harness.messages.din.physical import amperes
from harness.messages.din.service import PaymentOptions, ServiceDiscoveryRes
from harness.messages.din.session import SessionSetupReq, SessionSetupRes, SessionStopRes
from harness.messages.field import Message

station = series(Station, Role.STATION, ids="din-station-", cases="DIN-STN-")
ev = series(Ev, Role.EV, ids="din-ev-", cases="DIN-EV-")
STRANGER = bytes.fromhex("0BADC0FFEE0DDF00")
_LONG = 300.0
_GO_ON = (
    "payment_selection",
    "authentication",
    "charge_parameters",
    "cable_check",
    "pre_charge",
    "power_start",
    "current_demand",
)
"""Places from which a session goes on, as the cases name them."""


class DinHangsUp(HangsUp, DinSecc):
    """Closes the connection where it should refuse."""


def _deaf_to_shutdown(good: Ev) -> Ev:
    """An EV that reads no status code, and does not stop by itself."""
    return led_by(din=_ReadsNoStatus)(good).having(loops=10_000)


class _ReadsNoStatus(DinTakesNoForOk):
    """Takes every station for ready."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Iso2Evcc.follow`."""
        if isinstance(answer, CurrentDemandRes):
            status = replace(answer.dc_evse_status, evse_status_code=DcEvseStatusCode.READY)
            answer = replace(answer, dc_evse_status=status)
        return super().follow(answer, moment)


_STATIONS: tuple[Mutant, ...] = (
    station(
        "gives-no-id",
        "opens sessions under the id zero",
        ("SSU-001",),
        lambda good: good.but(SessionSetupRes, header__session_id=bytes(8)),
    ),
    station(
        "joins-everybody",
        "takes every EV for one that comes back",
        ("SSU-002",),
        lambda good: good.but(
            SessionSetupRes, header__session_id=STRANGER, response_code=ResponseCode.OK_OLD_SESSION_JOINED
        ),
    ),
    station(
        "offers-contracts",
        "lets contracts pay",
        ("SVC-001",),
        lambda good: good.but(ServiceDiscoveryRes, payment_options=PaymentOptions(payment_option=tuple(PaymentOption))),
    ),
    station("takes-any-session", "looks at no session id", ("SID-001",), serving(din=DinTakesAnySession)),
    station("serves-anybody", "answers OK out of order", ("MTX-001",), serving(din=DinServesAnybody)),
    station("hangs-up", "closes the connection where it should refuse", ("MTX-002",), serving(din=DinHangsUp)),
    station("keeps-the-ev", "lets nobody go before power has stopped", ("STP-001",), serving(din=DinKeepsTheEv)),
    station("waits-for-ever", "waits three minutes for an EV", ("TMO-001",), lambda good: good.having(factor=3.0)),
    station(
        "no-farewell",
        "refuses to end a session",
        ("CHG-001",),
        lambda good: good.but(SessionStopRes, response_code=ResponseCode.FAILED),
    ),
    station(
        "never-ready",
        "works on schedules for ever",
        ("CPD-001",),
        lambda good: good.but(ChargeParameterDiscoveryRes, evse_processing=EvseProcessing.ONGOING),
    ),
    station(
        "slow-cable-check",
        "checks cables for a minute",
        ("CBL-001",),
        lambda good: good.having(cable_check_rounds=120),
    ),
    station(
        "refuses-in-other-words",
        "refuses profiles with a code of another message",
        ("PWD-001",),
        lambda good: good.but(PowerDeliveryRes, response_code=ResponseCode.FAILED_SERVICE_ID_INVALID),
    ),
    station(
        "gives-what-is-asked",
        "says that it gives 3000 A",
        ("LOP-001",),
        lambda good: good.but(CurrentDemandRes, evse_present_current=amperes(3_000.0)),
    ),
)

_EVS: tuple[Mutant, ...] = (
    ev(
        "names-a-session",
        "asks for a session that it never had",
        ("SSU-001",),
        lambda good: good.but(SessionSetupReq, header__session_id=STRANGER),
    ),
    ev(
        "loses-its-id",
        "forgets the id of its session",
        ("SSU-001",),
        lambda good: good.but(ChargeParameterDiscoveryReq, header__session_id=STRANGER),
    ),
    ev(
        "selects-by-heart",
        "selects service 1 whatever is offered",
        ("SVC-001",),
        lambda good: good.but(
            ServicePaymentSelectionReq,
            selected_service_list=SelectedServiceList(selected_service=(SelectedService(service_id=1),)),
        ),
    ),
    ev("waits-longer", "waits however long it takes", ("ONG-001", "TMO-001"), lambda good: good.having(patient=True)),
    ev(
        "takes-every-failure-for-ok",
        "goes on after every FAILED code",
        tuple(f"FLD-001[{place}]" for place in _GO_ON),
        led_by(din=DinTakesNoForOk),
    ),
    ev(
        "never-hangs-up",
        "stays connected when its session is over",
        ("FLD-001", "SID-001"),
        lambda good: good.having(linger=_LONG),
    ),
    ev("deaf-to-shutdown", "charges on when the station shuts down", ("NTF-001",), _deaf_to_shutdown),
)

MUTANTS: tuple[Mutant, ...] = (*_STATIONS, *_EVS)
