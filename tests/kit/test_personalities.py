"""Personalities: every EV that comes with the harness meets every station; who cannot charge is told why."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from random import Random  # noqa: TID251 - seeded

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.ev.endpoint import EvEndpoint, Outcome
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.endpoint import StationEndpoint
from harness.endpoints.station.station import Station
from harness.kit.fit import misfit
from harness.kit.flavours import FIELD, HABITS, STRICT
from harness.kit.parties import Keys, ev_of, station_of
from harness.messages.iso20.common import AuthorizationReq
from harness.pki.build import Pki
from harness.profile.device import Device
from harness.runner.data import data_folder
from harness.runner.setup import load_device_named
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace
from harness.transports.clock import VIRTUAL_EPOCH, run, running_clock
from harness.transports.memory import MemoryNetwork

FOLDER = data_folder("profiles") / "devices"
ALL = {path.stem: load_device_named(path.stem)[0] for path in sorted(FOLDER.glob("*.toml"))}
EMULATED = {name: one for name, one in ALL.items() if one.connection.kind == "emulated"}
EVS = [name for name, one in EMULATED.items() if one.role is Role.EV]
STATIONS = [name for name, one in EMULATED.items() if one.role is Role.STATION]
PKI = Pki.generate(VIRTUAL_EPOCH)
EV_KEYS = Keys(credentials=PKI.vehicle_chain(), trust=PKI.v2g_roots, contract=PKI.contract_chain())
STATION_KEYS = Keys(credentials=PKI.secc_chain(), trust=(*PKI.oem_roots, *PKI.v2g_roots), contract_roots=PKI.mo_roots)
FITTING = {
    ("city-car", "ac-wallbox"),
    ("v2h-hatchback", "ac-wallbox"),
    ("dc-suv", "dc-charger"),
    ("truck", "mcs-charger"),
    ("iso2-car", "iso2-charger"),
    ("pnc-car", "pnc-charger"),
    ("pnc-car", "dc-charger"),
    ("dc-suv", "pnc-charger"),
}


async def _meet(ev: Ev, station: Station) -> tuple[Outcome, Trace]:
    clock, network, recorder = running_clock(), MemoryNetwork(), Recorder()
    there = StationEndpoint(station, network, clock, recorder, entropy=Random(1).randbytes)
    await there.open()
    serving = asyncio.create_task(there.run())
    port = there.v2g.discovery_port
    assert port is not None
    here = EvEndpoint(network.at("fe80::e%memory"), clock, recorder, observe=False, sdp_port=port)
    outcome = await here.run(ev)
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving
    return outcome, recorder.trace()


def _in(flavour: str, name: str) -> Device:
    device = EMULATED[name]
    behaviour = msgspec.structs.replace(device.behaviour, flavour=flavour)
    return msgspec.structs.replace(device, behaviour=behaviour)


def _pair(flavour: str, ev: str, station: str) -> tuple[Ev, Station]:
    return ev_of(_in(flavour, ev), EV_KEYS), station_of(_in(flavour, station), STATION_KEYS)


@pytest.mark.parametrize("flavour", [STRICT, FIELD])
@pytest.mark.parametrize("station", STATIONS)
@pytest.mark.parametrize("ev", EVS)
def test_who_fits_charges_and_who_does_not_is_told_why(ev: str, station: str, flavour: str) -> None:
    here, there = _pair(flavour, ev, station)
    why = misfit(here, there)
    outcome, _ = run(_meet(here, there), virtual=True)
    if why:
        assert outcome.state != "finished"
        assert outcome.why
    else:
        assert (outcome.state, outcome.why) == ("finished", "")
        assert outcome.soc != here.car.soc


@pytest.mark.parametrize(("ev", "station"), sorted(FITTING))
def test_those_that_are_made_for_each_other_fit(ev: str, station: str) -> None:
    assert misfit(*_pair(STRICT, ev, station)) == ""


@pytest.mark.parametrize(
    ("ev", "station", "told"),
    [
        ("city-car", "dc-charger", "no common protocol"),
        ("truck", "dc-charger", "the EV wants service 8, the station has 6, 2"),
        ("dc-suv", "iso2-charger", "no common version of TLS"),
        ("iso2-car", "dc-charger", "the EV connects without TLS"),
    ],
)
def test_a_misfit_is_a_sentence(ev: str, station: str, told: str) -> None:
    assert told in misfit(*_pair(STRICT, ev, station))


@pytest.mark.parametrize(
    ("ev", "station", "paid_by"),
    [("pnc-car", "pnc-charger", "PnC"), ("pnc-car", "dc-charger", "EIM"), ("dc-suv", "pnc-charger", "EIM")],
)
def test_a_contract_pays_where_both_have_to_do_with_contracts(ev: str, station: str, paid_by: str) -> None:
    outcome, trace = run(_meet(*_pair(STRICT, ev, station)), virtual=True)
    assert outcome.state == "finished"
    said = [str(entry.message.selected_authorization_service) for entry in trace.all(AuthorizationReq)]
    assert set(said) == {paid_by}


def test_a_battery_out_of_reach() -> None:
    ev, station = _pair(STRICT, "dc-suv", "dc-charger")
    assert misfit(ev, station.set(max_voltage=300.0)) == "the battery has 320 to 450 V, the station 150 to 300 V"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_profile_answers_every_feature(path: Path) -> None:
    from harness.core.feature import Feature

    assert set(ALL[path.stem].features) == set(Feature)


def test_a_habit_changes_something_and_says_where_it_was_seen() -> None:
    for role, plain in ((Role.EV, Ev()), (Role.STATION, Station())):
        own = plain.car if isinstance(plain, Ev) else plain.settings
        iso2 = plain.iso2 if isinstance(plain, Ev) else plain.settings.iso2
        for part, there in HABITS[FIELD][role].items():
            home = {"party": plain, "own": own, "iso2": iso2}[part]
            for name, value, seen in there:
                assert getattr(home, name) != value, name
                assert seen
    assert HABITS[STRICT] == {}


def test_what_a_profile_says_itself_counts_more_than_its_flavour() -> None:
    device = _in(FIELD, "dc-charger")
    told = {**device.parameters, "parameter_set_base": 7, "iso2": {"flavour": "strict"}}
    slower = msgspec.structs.replace(device.behaviour, response_delay_s=0.2)
    station = station_of(msgspec.structs.replace(device, parameters=told, behaviour=slower), STATION_KEYS)
    assert (station.settings.parameter_set_base, station.settings.iso2.flavour) == (7, "strict")
    assert (station.response_delay, station.loop_patience) == (0.2, 60.0)
    assert not station.settings.meter_info
