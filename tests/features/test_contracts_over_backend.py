"""Plug and Charge over the backend: an EV without a contract gets one from there, and pays with it."""

from __future__ import annotations

from base64 import b64decode
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.core.case import Role
from harness.kit import older as older_kit
from harness.kit.until import FINISHED, both, finished, seen
from harness.kit.workshop import Workshop
from harness.messages.field import Message
from harness.messages.iso2 import certificates as iso2
from harness.messages.iso2.payment import AuthorizationRes as Iso2AuthorizationRes
from harness.messages.iso20 import common
from harness.messages.ocpp import Authorize, Get15118EVCertificate, TransactionEvent
from harness.messages.schema import decode
from harness.profile.load import load_device
from harness.security.authorization import common_name
from harness.trace.entry import Note
from harness.transports.clock import run

if TYPE_CHECKING:
    from harness.kit.bench import Bench
    from harness.trace.trace import Trace

DEVICES = Path(__file__).resolve().parents[2] / "profiles" / "devices"
WHOLE = both(finished(), seen(TransactionEvent, eventType="Ended"))


@cache
def workshop(network: Any = "memory") -> Workshop:
    names = ("emulated-ev", "emulated-station", "emulated-csms")
    return Workshop(tuple(load_device(DEVICES / f"{name}.toml") for name in names), network=network)


def bench_of() -> Bench:
    return workshop().bench(Role.CSMS).managing_certificates(contracts=True)


def on_p521(bench: Bench) -> Trace:
    ev = bench.contracts.without(bench.ev)
    station = bench.contracts.taking(bench.station, "pnc").set(certificate_installation=True)
    return run(bench.run(ev, station, until=WHOLE, limit=200.0), virtual=True)


def on_ed448(bench: Bench) -> Trace:
    other = bench.pki.additional
    ev = bench.contracts.without(bench.ev, provisioning=other.provisioning_chain())
    station = bench.contracts.taking(bench.station, "pnc").set(certificate_installation=True)
    return run(bench.run(ev, station, until=WHOLE, limit=200.0), virtual=True)


def on_iso2(bench: Bench, how: str) -> Trace:
    ev = older_kit.getting_a_contract(bench.ev, bench.pki, how)
    station = older_kit.taking_contracts(bench.station, certificate_service=True)
    return run(bench.run(ev, station, until=WHOLE, limit=200.0), virtual=True)


def outcome(trace: Trace) -> list[str]:
    return [entry.facts["state"] for entry in trace.all(Note, text=FINISHED)]


def assert_paid(trace: Trace) -> str:
    """The EMAID that was asked about and accepted."""
    asked = trace.one(Authorize)
    assert trace.answer_to(asked).payload == {"idTokenInfo": {"status": "Accepted"}, "certificateStatus": "Accepted"}
    assert asked.payload["idToken"]["type"] == "eMAID"
    assert 1 <= len(asked.payload["iso15118CertificateHashData"]) <= 4
    events = [event for event in trace.messages(TransactionEvent) if "idToken" in event]
    assert {event["idToken"]["idToken"] for event in events} == {asked.payload["idToken"]["idToken"]}
    return str(asked.payload["idToken"]["idToken"])


@pytest.mark.parametrize("play", [on_p521, on_ed448])
def test_contract_of_iso20_comes_from_the_backend_and_pays(play: Any) -> None:
    trace = play(bench_of())

    assert outcome(trace) == ["finished"]
    asked = trace.one(Get15118EVCertificate)
    sent = trace.first(common.CertificateInstallationReq)
    assert b64decode(asked.payload["exiRequest"]) == sent.body.data[8:]
    assert asked.payload["action"] == "Install"
    brought = decode("common", b64decode(trace.answer_to(asked).payload["exiResponse"]))
    assert isinstance(brought, common.CertificateInstallationRes)
    got = trace.last(common.CertificateInstallationRes).message
    assert got.signed_installation_data == brought.signed_installation_data
    assert got.header.signature == brought.header.signature
    leaf = got.signed_installation_data.contract_certificate_chain.certificate
    assert assert_paid(trace) == common_name(leaf)


@pytest.mark.parametrize(("how", "action"), [("installation", "Install"), ("update", "Update")])
def test_contract_of_iso2_comes_from_the_backend_and_pays(how: str, action: str) -> None:
    trace = on_iso2(bench_of(), how)

    assert outcome(trace) == ["finished"]
    asked = trace.one(Get15118EVCertificate)
    assert asked.payload["action"] == action
    kinds: dict[str, type[Message]] = {"Install": iso2.CertificateInstallationRes, "Update": iso2.CertificateUpdateRes}
    got = trace.one(kinds[action])
    assert got.at - asked.at < 4.5
    assert trace.all(Iso2AuthorizationRes)
    assert_paid(trace)
