"""Who in a run has papers, and what they are offered for."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from harness.core.case import Role
from harness.core.feature import Feature
from harness.kit.contracts import Contracts, with_contract, with_provider
from harness.kit.workshop import Workshop
from harness.messages.iso20.types import MessageHeader
from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.profile.device import Device
from harness.profile.load import load_device
from harness.security.assessment import Trust
from harness.security.authorization import authorization_request, check_authorization, expires_soon
from harness.security.contract_key import KeyFlaw
from harness.security.flaw import SignatureFlaw
from harness.security.installation import installation_response
from harness.transports.clock import VIRTUAL_EPOCH

DEVICES = Path(__file__).resolve().parents[2] / "profiles" / "devices"
PKI = Pki.generate(VIRTUAL_EPOCH)
HEADER = MessageHeader(session_id=bytes(8), time_stamp=int(VIRTUAL_EPOCH))


def device(role: Role, **features: bool) -> Device:
    read = load_device(DEVICES / f"emulated-{role}.toml")
    return replace(read, features={**read.features, **{Feature(name): value for name, value in features.items()}})


def test_a_party_under_test_offers_what_its_profile_claims() -> None:
    parties = Workshop((device(Role.STATION),)).bench(Role.STATION)
    assert parties.station.settings.authorization_services == ("eim", "pnc")
    assert parties.station.settings.certificate_installation
    assert parties.ev.car.authorization == "eim"
    assert parties.ev.contract is not None
    car = Workshop((device(Role.EV),)).bench(Role.EV)
    assert (car.ev.car.authorization, car.station.settings.authorization_services) == ("pnc_then_eim", ("eim",))


def test_who_claims_nothing_offers_nothing() -> None:
    plain = device(Role.STATION, pnc=False, certificate_installation=False)
    bench = Workshop((plain,)).bench(Role.STATION)
    assert bench.station.settings.authorization_services == ("eim",)
    assert not bench.station.settings.certificate_installation
    station = with_provider(bench.station, PKI, device(Role.STATION, eim=False))
    assert station.settings.authorization_services == ("pnc",)
    ev = with_contract(bench.ev, device(Role.STATION, eim=False), PKI)
    assert ev.car.authorization == "pnc_then_eim"


def test_what_the_parameters_say_goes_before_what_the_features_claim() -> None:
    told = replace(device(Role.STATION), parameters={"authorization_services": ["pnc"]})
    bench = Workshop((told,)).bench(Role.STATION)
    assert bench.station.settings.authorization_services == ("pnc",)


def test_a_device_with_a_pki_of_its_own_is_believed_by_its_roots() -> None:
    other = Pki.generate(VIRTUAL_EPOCH)
    station = Workshop((device(Role.EV),)).bench(Role.EV).station
    request = authorization_request(HEADER, bytes(16), other.contract_chain())
    for trusted, wanted in (((), "WARNING_CertificateValidationError"), (other.mo_roots, "OK")):
        known = with_provider(station, PKI, trusted=trusted).provider
        trust = Trust(roots=known.contract_roots, strict=known.strict)
        assert check_authorization(request, bytes(16), trust, VIRTUAL_EPOCH).response_code == wanted


def test_whoever_is_lenient_in_tls_is_lenient_with_papers() -> None:
    car = device(Role.EV)
    lenient = replace(car, connection=replace(car.connection, tls="1.3-lenient"))
    strict, loose = (Workshop((one,)).bench(Role.EV) for one in (car, lenient))
    assert (strict.station.provider.strict, strict.ev.strict_papers) == (True, True)
    assert (loose.station.provider.strict, loose.ev.strict_papers) == (False, False)


def test_the_operator_signs_prices_with_the_key_above_the_contract() -> None:
    signer = PKI.tariff_signer()
    assert signer.chain[0] == PKI.contract_chain().chain[1]
    bench = Workshop((device(Role.EV),)).bench(Role.EV)
    assert bench.station.provider.tariff_signer is not None


def test_signatures_and_chains_are_told_apart() -> None:
    contracts = Contracts(PKI)
    own = contracts.chain()
    good = authorization_request(HEADER, bytes(16), own)
    assert contracts.signature(good, own.chain[0]) == ()
    bad = authorization_request(HEADER, bytes(16), own, flaw=SignatureFlaw.WRONG_DIGEST)
    assert contracts.signature(bad, own.chain[0]) != ()
    assert contracts.form(own.chain) == ()
    assert contracts.form(contracts.chain(Flaw.WRONG_KEY_USAGE).chain) != ()
    assert contracts.form(()) != ()


@pytest.mark.parametrize("additional", [False, True])
def test_contracts_that_come_over_the_cable_are_opened(additional: bool) -> None:
    pki, contracts = PKI.additional if additional else PKI, Contracts(PKI)
    leaf = pki.provisioning_chain().chain[0]
    for flaw in (None, KeyFlaw.WRONG_TAG):
        answer = installation_response(HEADER, leaf, pki.contract_chain(), PKI.cps_chain(), flaw=flaw)
        told = contracts.objections(answer, VIRTUAL_EPOCH, additional=additional)
        assert bool(told) is (flaw is not None), told


def test_a_contract_runs_out_when_it_is_to() -> None:
    contracts = Contracts(PKI)
    assert expires_soon(contracts.running_out().chain[0], VIRTUAL_EPOCH)
    assert not expires_soon(contracts.chain().chain[0], VIRTUAL_EPOCH)
