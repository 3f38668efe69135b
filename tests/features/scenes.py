"""One good session of our EV at our station for every service and feature: what it is called, and what it must show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from harness.core.feature import Feature
from harness.endpoints.ev.ev import DIN, ISO2, ISO20_AC, ISO20_DC, Ev
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.station.station import Station
from harness.kit import older as older_kit
from harness.kit.bench import Bench
from harness.kit.contracts import Contracts
from harness.kit.visits import PREVIOUS
from harness.messages.din import dc as din_dc
from harness.messages.field import Message
from harness.messages.iso2 import ac as iso2_ac
from harness.messages.iso2 import certificates as iso2_certificates
from harness.messages.iso2 import charging as iso2_charging
from harness.messages.iso2 import dc as iso2_dc
from harness.messages.iso2 import payment as iso2_payment
from harness.messages.iso20 import acdp, common, dc, types, wpt
from harness.messages.iso20.ac import AcChargeLoopRes
from harness.messages.iso20.energy import Flow, ValueAddedService
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE

F = Feature
Evs = Callable[[Bench], tuple[Ev, ...]]
Bend = Callable[[Bench, Station], Station]

_INTERNET, _PARKING = int(ValueAddedService.INTERNET), int(ValueAddedService.PARKING_STATUS)


class Scene(Struct, frozen=True, kw_only=True):
    """A feature of both roles in one session, or in two of the same car."""

    title: str
    features: tuple[Feature, ...]
    evs: Evs
    station: Bend = lambda _, station: station
    shows: tuple[type[Message], ...] = (dc.DcChargeLoopRes,)
    """Messages without which it would not have been shown."""
    outcome: str = "finished"
    plain: bool = False
    """Over a connection without TLS alone: the protocol knows none, or needs none."""


def one(change: Callable[[Ev], Ev]) -> Evs:
    """One visit."""
    return lambda bench: (change(bench.ev.scheduled()),)


def dynamic(change: Callable[[Ev], Ev] = lambda ev: ev) -> Evs:
    """One visit in Dynamic control mode."""
    return lambda bench: (change(bench.ev.dynamic()),)


def paused(change: Callable[[Ev], Ev]) -> Evs:
    """A visit that is paused, and one that takes it up."""
    return lambda bench: (
        change(bench.ev.scheduled()).having(pause=True),
        change(bench.ev.scheduled()).having(resume=PREVIOUS),
    )


def setting(**settings: Any) -> Bend:
    """A station with other settings."""
    return lambda _, station: station.set(**settings)


def asking(what: str) -> Bend:
    """A station that asks the EV for something half a second after the first power."""
    return setting(notification_plan=((0.5, what),))


def old(change: Callable[[Ev], Ev] = lambda ev: ev, **terms: Any) -> Evs:
    """One visit by ISO 15118-2 without TLS."""
    return lambda bench: (change(bench.ev).in_iso2(**terms).having(tls=False),)


def older(namespace: str, **terms: Any) -> Bend:
    """A station that speaks an older protocol alone, without TLS."""

    def bend(_: Bench, station: Station) -> Station:
        own = msgspec.structs.replace(station.settings.iso2, **terms)
        return station.having(credentials=None).set(protocols=(namespace,), iso2=own, allow_plain_tcp=True)

    return bend


def by_contract(flow: Flow) -> Evs:
    """One visit by ISO 15118-2 that a contract pays."""
    return lambda bench: (older_kit.paying_on_iso2(bench.ev, bench.pki, flow),)


def getting_one(how: str) -> Evs:
    """One visit by ISO 15118-2 that begins with a contract certificate: `installation` or `update`."""
    return lambda bench: (older_kit.getting_a_contract(bench.ev, bench.pki, how),)


def _contracts(bench: Bench) -> Contracts:
    return bench.contracts


ENERGY = (
    Scene(title="DC, Scheduled", features=(F.ISO20_DC, F.SCHEDULED), evs=one(lambda ev: ev.charge_only())),
    Scene(title="DC, Dynamic", features=(F.ISO20_DC, F.DYNAMIC), evs=dynamic(lambda ev: ev.charge_only())),
    Scene(title="DC_BPT, Scheduled", features=(F.ISO20_DC_BPT, F.SCHEDULED), evs=one(lambda ev: ev)),
    Scene(title="DC_BPT, Dynamic", features=(F.ISO20_DC_BPT, F.DYNAMIC), evs=dynamic()),
    *(
        Scene(title=title, features=features, evs=evs, shows=(AcChargeLoopRes,))
        for title, features, evs in (
            ("AC, Scheduled", (F.ISO20_AC, F.SCHEDULED), one(lambda ev: ev.on_ac(bidirectional=False))),
            ("AC, Dynamic", (F.ISO20_AC, F.DYNAMIC), dynamic(lambda ev: ev.on_ac(bidirectional=False))),
            ("AC_BPT, Scheduled", (F.ISO20_AC_BPT, F.SCHEDULED), one(lambda ev: ev.on_ac())),
            ("AC_BPT, Dynamic", (F.ISO20_AC_BPT, F.DYNAMIC), dynamic(lambda ev: ev.on_ac())),
            ("AC, one phase", (F.ISO20_AC,), one(lambda ev: ev.on_ac(phases=1, max_charge_power=7_400.0))),
        )
    ),
    Scene(title="MCS", features=(F.ISO20_MCS,), evs=one(lambda ev: ev.on_megawatts(bidirectional=False))),
    Scene(title="MCS_BPT", features=(F.ISO20_MCS_BPT,), evs=dynamic(lambda ev: ev.on_megawatts())),
    Scene(title="WPT", features=(F.ISO20_WPT,), evs=one(lambda ev: ev.over_a_coil()), shows=(wpt.WptChargeLoopRes,)),
    Scene(
        title="ACDP and ACDP_BPT",
        features=(F.ISO20_ACDP,),
        evs=lambda bench: (
            bench.ev.scheduled().under_a_pantograph(bidirectional=False),
            bench.ev.dynamic().under_a_pantograph(),
        ),
        shows=(acdp.AcdpConnectRes, acdp.AcdpSystemStatusRes, dc.DcChargeLoopRes, acdp.AcdpDisconnectRes),
    ),
)

PLANNING = (
    Scene(
        title="absolute price schedules",
        features=(F.PRICE_SCHEDULES,),
        evs=one(lambda ev: ev.with_car(pricing=1)),
        shows=(common.AbsolutePriceSchedule,),
    ),
    Scene(
        title="price levels",
        features=(F.PRICE_SCHEDULES,),
        evs=one(lambda ev: ev.with_car(pricing=2)),
        shows=(common.PriceLevelSchedule,),
    ),
    Scene(
        title="the driver's needs from the station",
        features=(F.MOBILITY_NEEDS_SECC,),
        evs=dynamic(lambda ev: ev.with_car(needs_from=2)),
    ),
    Scene(
        title="power tolerance",
        features=(F.SCHEDULED,),
        evs=one(lambda ev: ev.with_car(confirms_tolerance=True)),
        station=setting(power_tolerance=500.0),
    ),
    Scene(
        title="separate channels for charging and discharging",
        features=(F.ISO20_DC_BPT,),
        evs=dynamic(lambda ev: ev.with_car(bpt_channel=2)),
        station=setting(bpt_channels=(1, 2)),
    ),
    Scene(
        title="grid-forming generator",
        features=(F.ISO20_DC_BPT,),
        evs=dynamic(lambda ev: ev.with_car(generator_mode=2)),
        station=setting(generator_modes=(1, 2)),
    ),
)

PAYING = (
    Scene(
        title="Plug and Charge",
        features=(F.PNC,),
        evs=lambda bench: (_contracts(bench).paying(bench.ev.scheduled()),),
        station=setting(authorization_services=("eim", "pnc")),
    ),
    Scene(
        title="contract certificate installed, then used",
        features=(F.PNC, F.CERTIFICATE_INSTALLATION),
        evs=lambda bench: (_contracts(bench).without(bench.ev.scheduled()),),
        station=setting(authorization_services=("eim", "pnc"), certificate_installation=True),
        shows=(common.CertificateInstallationRes, dc.DcChargeLoopRes),
    ),
)

BESIDE = (
    Scene(
        title="Internet",
        features=(F.VAS,),
        evs=one(lambda ev: ev.with_car(wanted_vas=(_INTERNET,))),
        shows=(common.SelectedServiceList,),
    ),
    Scene(
        title="parking: check in, check out",
        features=(F.PARKING_STATUS,),
        evs=one(lambda ev: ev.with_car(wanted_vas=(_PARKING,))),
        shows=(common.VehicleCheckInRes, common.VehicleCheckOutRes),
    ),
    Scene(
        title="a service of the operator's own",
        features=(F.VAS,),
        evs=one(lambda ev: ev.with_car(wanted_vas=(4711,))),
        station=lambda _, station: station.offering(4711, {7: {"Wax": True, "Rounds": 2}}),
        shows=(common.SelectedServiceList,),
    ),
    Scene(
        title="metering confirmation",
        features=(F.METERING_CONFIRMATION,),
        evs=one(lambda ev: ev.having(loops=10)),
        station=asking("metering_confirmation"),
        shows=(common.MeteringConfirmationRes,),
    ),
    Scene(
        title="meter readings and what the display shows",
        features=(F.METER_INFO, F.DISPLAY_PARAMETERS),
        evs=dynamic(),
        shows=(types.MeterInfo, types.DisplayParameters),
    ),
)

INTERRUPTIONS = (
    Scene(title="pause and resume by the EV, DC", features=(F.PAUSE,), evs=paused(lambda ev: ev)),
    Scene(
        title="pause and resume by the EV, AC",
        features=(F.PAUSE, F.ISO20_AC_BPT),
        evs=paused(lambda ev: ev.on_ac()),
        shows=(AcChargeLoopRes,),
    ),
    Scene(
        title="pause by the station",
        features=(F.PAUSE, F.DYNAMIC),
        evs=dynamic(lambda ev: ev.having(loops=20)),
        station=asking("pause"),
        outcome="paused",
    ),
    Scene(
        title="stop by the station",
        features=(F.DYNAMIC,),
        evs=dynamic(lambda ev: ev.having(loops=50)),
        station=asking("terminate"),
    ),
    Scene(title="standby", features=(F.STANDBY,), evs=one(lambda ev: ev.standing_by(lasting=20.0))),
    Scene(
        title="schedule renegotiation by the EV",
        features=(F.SCHEDULE_RENEGOTIATION,),
        evs=one(lambda ev: ev.renegotiating_schedule(departure_time=3_600).having(loops=12)),
    ),
    Scene(
        title="schedule renegotiation by the station",
        features=(F.SCHEDULE_RENEGOTIATION,),
        evs=one(lambda ev: ev.having(loops=12)),
        station=asking("schedule_renegotiation"),
    ),
    Scene(
        title="service renegotiation by the EV",
        features=(F.SERVICE_RENEGOTIATION,),
        evs=one(lambda ev: ev.charge_only().renegotiating_service(service=6)),
    ),
)

OLDER = (
    Scene(
        title="ISO 15118-2, DC",
        features=(F.ISO2, F.ISO2_DC),
        evs=old(lambda ev: ev.charge_only()),
        station=older(ISO2_MESSAGE),
        shows=(iso2_dc.CurrentDemandRes,),
        plain=True,
    ),
    Scene(
        title="ISO 15118-2, AC",
        features=(F.ISO2, F.ISO2_AC),
        evs=old(lambda ev: ev.on_ac(bidirectional=False)),
        station=older(ISO2_MESSAGE),
        shows=(iso2_ac.ChargingStatusRes,),
        plain=True,
    ),
    Scene(
        title="ISO 15118-2, renegotiation",
        features=(F.ISO2_RENEGOTIATION,),
        evs=old(lambda ev: ev.charge_only().having(loops=10), renegotiate_at=3),
        station=older(ISO2_MESSAGE),
        shows=(iso2_dc.CurrentDemandRes, iso2_charging.PowerDeliveryRes),
        plain=True,
    ),
    Scene(
        title="ISO 15118-2, pause and resume",
        features=(F.ISO2_PAUSE,),
        evs=lambda bench: (
            bench.ev.charge_only().in_iso2().having(tls=False, pause=True),
            bench.ev.charge_only().in_iso2().having(tls=False, resume=PREVIOUS),
        ),
        station=older(ISO2_MESSAGE),
        shows=(iso2_dc.CurrentDemandRes,),
        plain=True,
    ),
    Scene(
        title="DIN SPEC 70121, DC",
        features=(F.DIN,),
        evs=lambda bench: (bench.ev.charge_only().in_din(),),
        station=older(DIN_MESSAGE),
        shows=(din_dc.CurrentDemandRes,),
        plain=True,
    ),
    Scene(
        title="the best protocol that both speak",
        features=(F.ISO2,),
        evs=lambda bench: (bench.ev.charge_only().having(protocols=(ISO20_DC, ISO20_AC, ISO2, DIN), tls=False),),
        station=older(ISO2_MESSAGE),
        shows=(iso2_dc.CurrentDemandRes,),
        plain=True,
    ),
)

OLDER_CONTRACTS = (
    *(
        Scene(
            title=f"ISO 15118-2, Plug and Charge, {flow}",
            features=(F.ISO2_PNC,),
            evs=by_contract(flow),
            station=lambda _, station: older_kit.taking_contracts(station),
            shows=(loop, iso2_payment.PaymentDetailsRes),
        )
        for flow, loop in ((Flow.DC, iso2_dc.CurrentDemandRes), (Flow.AC, iso2_ac.ChargingStatusRes))
    ),
    Scene(
        title="ISO 15118-2, metering receipt",
        features=(F.ISO2_METERING_RECEIPT,),
        evs=lambda bench: (older_kit.paying_on_iso2(bench.ev, bench.pki),),
        station=lambda _, station: older_kit.taking_contracts(station, receipt_every=2),
        shows=(iso2_charging.MeteringReceiptRes,),
    ),
    *(
        Scene(
            title=f"ISO 15118-2, contract certificate {how}",
            features=(F.ISO2_CERTIFICATE_INSTALLATION,),
            evs=getting_one(how),
            station=lambda _, station: older_kit.taking_contracts(station, certificate_service=True),
            shows=(answer, iso2_dc.CurrentDemandRes),
        )
        for how, answer in (
            ("installation", iso2_certificates.CertificateInstallationRes),
            ("update", iso2_certificates.CertificateUpdateRes),
        )
    ),
)

SCENES = (*ENERGY, *PLANNING, *PAYING, *BESIDE, *INTERRUPTIONS, *OLDER, *OLDER_CONTRACTS)
SERVICES = StationSettings(services=(6, 2, 5, 1, 9, 8, 3, 7, 4)).services
"""What the station of all scenes offers."""
