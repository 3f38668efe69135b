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

WHOLE = {
    Role.STATION: both(finished(), seen(TransactionEvent, eventType="Ended")),
    Role.EV: finished(),
    Role.CSMS: both(finished(), seen(TransactionEvent, eventType="Ended")),
}


def session(role: Role) -> Trace:
    """A whole good session with `role` as the subject."""
    device = load_device(data_folder("profiles") / "devices" / f"emulated-{role}.toml")
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
    found = sum_up(shown(session(Role.STATION)))
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
