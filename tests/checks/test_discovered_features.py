"""What a trace shows of its subject's features, taken from whole emulated sessions."""

from __future__ import annotations

import msgspec
import pytest

from harness.checks.discovery import Shown, shown, sum_up
from harness.core.case import Role
from harness.core.feature import Feature
from harness.kit.until import both, finished, seen
from harness.kit.workshop import Workshop
from harness.messages.ocpp import TransactionEvent
from harness.profile.load import load_device
from harness.runner.data import data_folder
from harness.trace.entry import Entry, TlsSeen
from harness.trace.trace import Trace
from harness.transports.clock import run
from tests.features.scenes import SCENES
from tests.features.test_every_feature import played

WHOLE = {
    Role.STATION: both(finished(), seen(TransactionEvent, eventType="Ended")),
    Role.EV: finished(),
    Role.CSMS: both(finished(), seen(TransactionEvent, eventType="Ended")),
}


def session(role: Role, **denied: bool) -> Trace:
    """A whole good session with `role` as the subject, which denies some features."""
    device = load_device(data_folder("profiles") / "devices" / f"emulated-{role}.toml")
    device = msgspec.structs.replace(device, features={**device.features, **{Feature(one): False for one in denied}})
    return run(Workshop((device,)).bench(role).run(until=WHOLE[role]), virtual=True)


@pytest.mark.parametrize(
    ("role", "features"),
    [
        (
            Role.STATION,
            {
                Feature.ISO20,
                Feature.ISO20_DC,
                Feature.ISO20_DC_BPT,
                Feature.ISO20_MCS,
                Feature.ISO20_MCS_BPT,
                Feature.PRICE_SCHEDULES,
                Feature.MOBILITY_NEEDS_SECC,
                Feature.PNC,
                Feature.CERTIFICATE_INSTALLATION,
                Feature.SERVICE_RENEGOTIATION,
                Feature.VAS,
                Feature.PARKING_STATUS,
                Feature.SCHEDULED,
                Feature.DYNAMIC,
                Feature.EIM,
                Feature.TLS13,
                Feature.METER_INFO,
                Feature.OCPP201,
                Feature.ISO15118_CHARGING_NEEDS,
            },
        ),
        (Role.EV, {Feature.ISO20, Feature.ISO20_DC_BPT, Feature.TLS13, Feature.DISPLAY_PARAMETERS}),
        (Role.CSMS, {Feature.OCPP201}),
    ],
    ids=["station", "ev", "csms"],
)
def test_a_whole_session_shows_what_the_device_can(role: Role, features: set[Feature]) -> None:
    found = sum_up(shown(session(role)))
    assert {feature for feature, one in found.items() if one.has} == features
    assert {feature for feature, one in found.items() if not one.has} <= {Feature.PNC}


def test_a_station_that_offers_no_plug_and_charge_says_so() -> None:
    found = sum_up(shown(session(Role.STATION, pnc=False, certificate_installation=False)))
    assert not found[Feature.PNC].has
    assert found[Feature.PNC].how == "authorization on offer: EIM"


def test_a_trace_without_a_subject_shows_nothing() -> None:
    assert not list(shown(Trace(entries=session(Role.EV).entries)))


def test_once_shown_outweighs_every_denial() -> None:
    says = [Shown(feature=Feature.PNC, has=has, how=str(has), entry=n) for n, has in enumerate((False, True, False))]
    assert sum_up(says)[Feature.PNC].has


def test_tls_1_2_is_a_feature_of_its_own() -> None:
    trace = session(Role.STATION)
    older = tuple(_as_tls12(entry) for entry in trace)
    found = sum_up(shown(Trace(entries=older, subject=Role.STATION)))
    assert found[Feature.TLS12].has
    assert Feature.TLS13 not in found


def _as_tls12(entry: Entry) -> Entry:

    if not isinstance(entry.body, TlsSeen) or not entry.facts.get("version"):
        return entry
    body = msgspec.structs.replace(entry.body, facts={**entry.facts, "version": "TLSv1.2"})
    return msgspec.structs.replace(entry, body=body)


@pytest.mark.parametrize(
    ("scene", "feature"),
    [
        ("AC_BPT, Dynamic", Feature.ISO20_AC_BPT),
        ("WPT", Feature.ISO20_WPT),
        ("ACDP and ACDP_BPT", Feature.ISO20_ACDP),
        ("Plug and Charge", Feature.PNC),
        ("contract certificate installed, then used", Feature.CERTIFICATE_INSTALLATION),
        ("ISO 15118-2, DC", Feature.ISO2),
        ("DIN SPEC 70121, DC", Feature.DIN),
    ],
)
def test_an_ev_shows_what_it_uses(scene: str, feature: Feature) -> None:
    trace = played(next(one for one in SCENES if one.title == scene), "memory")
    found = sum_up(shown(Trace(entries=trace.entries, subject=Role.EV)))
    assert found[feature].has
