"""Who staples, and who minds what others staple: as the profile of the device under test has it."""

from __future__ import annotations

import dataclasses

import pytest
from cryptography.x509 import ocsp
from msgspec.structs import replace

from harness.core.case import Role
from harness.core.feature import Feature
from harness.kit.bench import Bench
from harness.kit.cast import Cast, Stage
from harness.kit.responding import NOBODY, answering
from harness.kit.status import stapled_anew
from harness.kit.vehicle_status import VehicleStatus
from harness.kit.workshop import Workshop
from harness.pki.flaws import Flaw
from harness.pki.ocsp import Status
from harness.profile.device import Device
from harness.profile.load import load_device
from harness.runner.data import data_folder
from harness.transports.clock import run
from harness.transports.memory import MemoryNetwork
from harness.transports.tls.setup import Revocation

PROFILES = data_folder("profiles") / "devices"
EV, STATION = (load_device(PROFILES / f"emulated-{role}.toml") for role in ("ev", "station"))


def replace_stage(bench: Bench, said: VehicleStatus) -> Stage:
    return dataclasses.replace(bench._stage, vehicle_status=said)


def claiming(device: Device, *, staples: bool, check: bool, real: bool = False, address: str = "") -> Device:
    features = {**device.features, Feature.OCSP_STAPLES: staples, Feature.OCSP_CHECK: check}
    connection = replace(device.connection, kind="network" if real else "emulated", ocsp_address=address)
    own = {} if real else device.parameters
    return replace(device, features=features, connection=connection, parameters=own)


@pytest.mark.parametrize("staples", [True, False])
@pytest.mark.parametrize("check", [True, False])
def test_an_emulated_station_does_what_it_claims(staples: bool, check: bool) -> None:
    bench = Workshop((claiming(STATION, staples=staples, check=check),)).bench(Role.STATION)

    station = bench._stage.subject
    assert bool(station.staples) is staples  # type: ignore[union-attr]
    assert (station.revocation is Revocation.CHAIN) is check  # type: ignore[union-attr]
    assert (bench.ev.revocation is Revocation.CHAIN) is staples, "ours looks where there is something to see"
    assert not bench.ev.minds_status, "between emulated parties it takes a case that wants it"
    assert bench.minding_status().ev.minds_status


@pytest.mark.parametrize("check", [True, False])
def test_an_emulated_ev_does_what_it_claims_and_our_station_staples(check: bool) -> None:
    bench = Workshop((claiming(EV, staples=False, check=check),)).bench(Role.EV)

    ev = bench._stage.subject
    assert (ev.revocation is Revocation.CHAIN) is check  # type: ignore[union-attr]
    assert bench.station.staples == bench.pki.staples(bench.pki.secc_chain())
    assert bench.station.revocation is Revocation.CHAIN


@pytest.mark.parametrize("claimed", [True, False])
def test_real_devices_are_met_on_their_terms_at_any_time(claimed: bool) -> None:
    with_ev = Workshop((claiming(EV, staples=False, check=claimed, real=True),)).bench(Role.EV)
    with_station = Workshop((claiming(STATION, staples=claimed, check=False, real=True),)).bench(Role.STATION)

    assert with_ev.station.minds_status is claimed
    assert with_ev.station.revocation is Revocation.NONE, "who answers for its chain need not be in reach"
    assert with_station.ev.minds_status is claimed


def test_another_chain_gets_staples_of_its_own() -> None:
    bench = Workshop((EV,)).bench(Role.EV)
    usual, pki = bench.station, bench.pki
    flawed, older = pki.secc_chain(flaw=Flaw.EXPIRED), pki.earlier.secc_chain()

    assert stapled_anew(usual, usual, pki) is usual
    assert stapled_anew(usual.having(credentials=flawed), usual, pki).staples == pki.staples(flawed)
    assert stapled_anew(usual.having(credentials=older), usual, pki).staples == pki.earlier.staples(older)
    assert stapled_anew(usual.having(credentials=None), usual, pki).staples == usual.staples
    chosen = usual.having(credentials=flawed, staples=pki.staples(flawed, Status.REVOKED))
    assert stapled_anew(chosen, usual, pki) is chosen
    bare = usual.having(credentials=flawed, staples=())
    assert stapled_anew(bare, usual, pki) is bare


def test_a_real_station_is_answered_where_its_profile_says() -> None:
    address = "http://responder.test:8888/"
    device = claiming(STATION, staples=True, check=True, real=True, address=address)
    workshop = Workshop((device,))
    bench = workshop.bench(Role.STATION)
    stage = replace_stage(bench, VehicleStatus(status=Status.REVOKED, depth=0))
    leaf = ocsp.load_der_ocsp_response(workshop.pki.ocsp(bench.ev.credentials.chain[0]))  # type: ignore[union-attr]

    async def opened() -> str:
        network = MemoryNetwork()
        told = await answering(stage, Cast(evs=(bench.ev,), sut=Role.STATION), network)
        where = str(told.endpoint.address) if told.endpoint else ""
        await network.close()
        return where

    assert run(opened(), virtual=True) == "responder.test:8888"
    assert leaf.certificate_status is ocsp.OCSPCertStatus.GOOD


@pytest.mark.parametrize("status", [Status.GOOD, None])
def test_nobody_answers_where_nobody_asks_or_nobody_should(status: Status | None) -> None:
    device = claiming(STATION, staples=True, check=True, real=True)
    bench = Workshop((device,)).bench(Role.STATION)
    stage = replace_stage(bench, VehicleStatus(status=status))

    told = run(answering(stage, Cast(evs=(bench.ev,), sut=Role.STATION), MemoryNetwork()), virtual=True)

    assert told.endpoint is None
    assert told.asked_at == (NOBODY if status is None else None)
