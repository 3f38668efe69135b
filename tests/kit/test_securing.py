"""Words for cases about TLS, and benches on which a device is asked to mind more than usual."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.endpoints.ev.ev import Ev
from harness.endpoints.mutants.catalogue import MUTANTS
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.station.station import Station
from harness.kit.bench import Bench
from harness.kit.root_names import issuers_of, key_digests_of, names_of
from harness.kit.securing import ASKED, calling_in, flawed_ev, flawed_station, greeting, stapling
from harness.kit.workshop import Workshop
from harness.messages.iso20.common import SessionSetupReq
from harness.messages.sap import SupportedAppProtocolRes
from harness.pki.flaws import Flaw
from harness.profile.load import load_device
from harness.runner.data import data_folder
from harness.trace.trace import Trace
from harness.transports.clock import run
from harness.transports.tls.profile import STRICT_2, STRICT_20

PROFILES = data_folder("profiles") / "devices"
DEVICES = tuple(load_device(PROFILES / f"emulated-{role}.toml") for role in ("ev", "station"))
WORKSHOP = Workshop(DEVICES)


def subject_of(bench: Bench) -> Any:
    return bench._stage.subject


def bent(role: Role, name: str) -> Bench:
    return WORKSHOP.bench(role, next(mutant for mutant in MUTANTS if mutant.id == name))


def test_an_ev_that_calls_in_leaves_before_it_asks_for_a_session() -> None:
    bench = WORKSHOP.bench(Role.STATION)

    trace: Trace = run(bench.run(calling_in(bench.ev), calling_in(bench.ev)), virtual=True)

    assert len(trace.all(SupportedAppProtocolRes)) == 2
    assert not trace.all(SessionSetupReq)


def test_a_greeting_is_the_first_hello_that_was_told() -> None:
    bench = WORKSHOP.bench(Role.EV)
    trace: Trace = run(bench.run(until=ASKED), virtual=True)

    assert 0x0304 in greeting(trace).facts["client_hello"]["versions"]
    with pytest.raises(Unreached):
        greeting(trace.since(greeting(trace)))


def test_roots_are_named_by_subject_or_digest() -> None:
    pki = WORKSHOP.pki
    chain = [der.hex() for der in pki.secc_chain().chain]

    assert issuers_of(chain)[-1] == names_of(pki.v2g_roots)[0]
    assert issuers_of(["00", *chain[-1:]]) == names_of(pki.v2g_roots)
    assert key_digests_of(pki.v2g_roots)[:3] == bytes([0, 21, 3])
    assert key_digests_of(()) == bytes(2)


def test_a_chain_that_openssl_would_not_send_takes_the_other_engine() -> None:
    bench = WORKSHOP.bench(Role.STATION)

    assert flawed_ev(bench, Flaw.EXPIRED).tls_adversary is None
    assert flawed_ev(bench, Flaw.NOISE).tls_adversary is not None
    assert flawed_station(bench, Flaw.NOISE).tls_adversary is not None


def test_a_stapling_station_has_a_response_for_each_certificate() -> None:
    station = stapling(WORKSHOP.bench(Role.EV).minding_status())

    assert station.credentials is not None
    assert len(station.staples) == len(station.credentials.chain) == 3


def test_a_device_under_test_may_be_given_roots() -> None:
    bench = WORKSHOP.bench(Role.STATION)

    assert subject_of(bench.trusting(b"root")).trust == (*subject_of(bench).trust, b"root")


def test_nobody_gives_roots_to_a_real_device() -> None:
    bench = WORKSHOP.bench(Role.STATION)
    bench._stage.subject = None

    assert bench.trusting(b"root", installed=True) is bench
    with pytest.raises(Unreached, match="never given"):
        bench.trusting(b"root")


@pytest.mark.parametrize("role", [Role.EV, Role.STATION])
def test_over_tls12_everybody_has_papers_of_iso2(role: Role) -> None:
    bench = WORKSHOP.bench(role).over_tls12()
    ev: Ev = subject_of(bench) if role is Role.EV else bench.ev
    station: Station = subject_of(bench) if role is Role.STATION else bench.station

    assert (ev.tls_profile, station.tls_profile) == (STRICT_2, STRICT_2)
    assert (ev.credentials, station.asks_certificate) == (None, False)
    assert ev.trust == WORKSHOP.pki.earlier.v2g_roots


def test_over_tls12_what_is_wrong_with_a_device_stays_wrong() -> None:
    stubborn = replace(STRICT_20, name="stubborn")
    mutant = Mutant(
        id="m", role=Role.STATION, title="m", caught_by=(), make=lambda good: good.having(tls_profile=stubborn)
    )

    assert subject_of(WORKSHOP.bench(Role.STATION, mutant).over_tls12()).tls_profile == stubborn


def test_an_ev_names_its_roots_where_a_case_minds_it() -> None:
    bench = WORKSHOP.bench(Role.EV)
    adversary = subject_of(bench.naming_roots()).tls_adversary

    assert subject_of(bench).tls_adversary is None
    assert [name.hex() for name in adversary.authorities] == list(names_of(subject_of(bench).trust))
    assert subject_of(bent(Role.EV, "ev-names-no-root").naming_roots()).tls_adversary.authorities is None
