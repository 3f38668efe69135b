"""A contract on its way to the backend, and Plug and Charge over real sockets."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import ocsp

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.endpoints.ev.endpoint import EvEndpoint, Outcome
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.endpoint import StationEndpoint
from harness.endpoints.station.iso2.provider import Provider
from harness.endpoints.station.ocpp.contract import hash_data
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import AuthorizationReq, AuthorizationRes, CertificateInstallationRes
from harness.messages.iso20.types import ResponseCode
from harness.messages.ocpp import Authorize, BootNotification, TransactionEvent
from harness.pki.build import Pki
from harness.pki.recipe import Profile
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace, matcher
from harness.transports.base import Network
from harness.transports.clock import run, running_clock
from harness.transports.memory import MemoryNetwork
from harness.transports.network import SocketNetwork

EMAID = "DEHAR123456789"
PCID = "HRN12345678901234X"
SETTINGS = StationSettings(authorization_services=("pnc", "eim"), certificate_installation=True)


def parties(papers: Pki, tls: Pki) -> tuple[Ev, Station]:
    ev = Ev(credentials=tls.vehicle_chain(), trust=tls.v2g_roots, loops=2, loop_interval=0.05, poll_interval=0.05)
    ev = ev.having(provisioning=papers.provisioning_chain(), service_roots=papers.v2g_roots)
    provider = Provider(
        contract_roots=papers.mo_roots,
        provisioning_roots=papers.oem_roots,
        contracts={PCID: (papers.contract_chain(),)},
        service=papers.cps_chain(),
    )
    station = Station(settings=SETTINGS, credentials=tls.secc_chain(), trust=tls.oem_roots, provider=provider)
    return ev.with_car(authorization="pnc"), station


def at_the_backend(csms: Csms, *, installs: bool = False) -> tuple[Outcome, Trace]:
    async def session() -> tuple[Outcome, Trace]:
        clock, recorder, network = running_clock(), Recorder(), MemoryNetwork()
        pki = Pki.generate(clock.now())
        ev, station = parties(pki, pki)
        ev = ev if installs else ev.having(contract=pki.contract_chain())
        backend = CsmsEndpoint(csms, network, clock, recorder, host="csms", port=0, observe=True)
        await backend.open()
        endpoint = StationEndpoint(
            station, network, clock, recorder, entropy=os.urandom, backend_url=backend.url, observe_ocpp=False
        )
        await endpoint.open()
        booted = asyncio.Event()
        is_boot = matcher(BootNotification.response)
        recorder.listen(lambda entry: booted.set() if is_boot(entry) else None)
        running = [asyncio.create_task(one.run()) for one in (backend, endpoint)]
        await booted.wait()
        ev_endpoint = EvEndpoint(network.at("fe80::e%memory"), clock, recorder, observe=False)
        outcome = await ev_endpoint.run(ev)
        for task in running:
            task.cancel()
        await asyncio.wait(running)
        await endpoint.close()
        await network.close()
        return outcome, recorder.trace()

    return run(session(), virtual=True)


@pytest.mark.parametrize("installs", [False, True], ids=["contract in the car", "contract installed"])
def test_backend_is_asked_about_the_contract(installs: bool) -> None:
    outcome, trace = at_the_backend(Csms(accepted_tokens=(EMAID,)), installs=installs)

    (asked,) = trace.messages(Authorize)
    assert asked["idToken"] == {"idToken": EMAID, "type": "eMAID"}
    assert len(asked["iso15118CertificateHashData"]) == 3
    assert {one["hashAlgorithm"] for one in asked["iso15118CertificateHashData"]} == {"SHA256"}
    (answer,) = trace.messages(Authorize.response)
    assert (answer["certificateStatus"], answer["idTokenInfo"]["status"]) == ("Accepted", "Accepted")
    assert len(trace.messages(CertificateInstallationRes)) == installs
    assert trace.messages(AuthorizationRes)[-1].response_code is ResponseCode.OK
    tokens = {event["idToken"]["idToken"] for event in trace.messages(TransactionEvent) if "idToken" in event}
    assert tokens == {EMAID}
    assert outcome.state == "finished"


def test_contract_that_the_backend_refuses_is_warned_of() -> None:
    outcome, trace = at_the_backend(Csms(accepted_tokens=("another",)))

    (answer,) = trace.messages(Authorize.response)
    assert (answer["certificateStatus"], answer["idTokenInfo"]["status"]) == ("ContractCancelled", "Invalid")
    last = trace.messages(AuthorizationRes)[-1]
    assert last.response_code is ResponseCode.WARNING_GENERAL_PNC_AUTHORIZATION_ERROR
    asked = trace.all(AuthorizationReq, sent_by=Role.EV)
    assert {entry.message.selected_authorization_service for entry in asked} == {"PnC"}
    assert outcome.state == "unfinished"


def test_certificate_status_alone_refuses_as_well() -> None:
    csms = Csms().answering(
        Authorize.response, lambda _, said: {**said.payload, "certificateStatus": "CertificateRevoked"}
    )

    outcome, trace = at_the_backend(csms)

    last = trace.messages(AuthorizationRes)[-1]
    assert last.response_code is ResponseCode.WARNING_CERTIFICATE_REVOKED
    assert outcome.state == "unfinished"


def test_hashes_are_those_of_an_ocsp_request() -> None:
    pki = Pki.generate(1_767_225_600.0)
    chain = pki.contract_chain().chain
    line = [x509.load_der_x509_certificate(der) for der in (*chain, *pki.mo_roots)]

    found = hash_data(chain, pki.mo_roots)

    assert len(found) == 3
    for told, own, issuer in zip(found, line, line[1:], strict=False):
        asked = ocsp.OCSPRequestBuilder().add_certificate(own, issuer, SHA256()).build()
        assert told["issuerKeyHash"] == asked.issuer_key_hash.hex()
        assert told["issuerNameHash"] == asked.issuer_name_hash.hex()
        assert int(told["serialNumber"], 16) == own.serial_number
        assert told["responderURL"].startswith("http")
    assert len(hash_data(chain, ())) == 2
    assert hash_data((), pki.mo_roots) == []


@pytest.mark.parametrize("profile", [Profile.STRICT_20, Profile.ED448])
def test_contract_over_real_sockets(profile: Profile) -> None:
    async def session() -> tuple[list[Outcome], list[Any]]:
        clock, recorder = running_clock(), Recorder()
        network: Network = SocketNetwork()
        tls, papers = Pki.generate(clock.now()), Pki.generate(clock.now(), profile=profile)
        ev, station = parties(papers, tls)
        station = msgspec.structs.replace(station, settings=msgspec.structs.replace(SETTINGS, backend=False))
        endpoint = StationEndpoint(station, network, clock, recorder, entropy=os.urandom, observe_v2g=False, sdp_port=0)
        await endpoint.open()
        running = asyncio.create_task(endpoint.run())
        ev_endpoint = EvEndpoint(network, clock, recorder, sdp_port=endpoint.v2g.discovery_port or 0)
        outcomes = [await ev_endpoint.run(ev), await ev_endpoint.run(ev)]
        running.cancel()
        await asyncio.wait([running])
        await endpoint.close()
        await network.close()
        return outcomes, [entry.message for entry in recorder.trace() if entry.message is not None]

    outcomes, messages = run(session(), virtual=False)

    assert [(outcome.state, outcome.why) for outcome in outcomes] == [("finished", "")] * 2
    assert len([one for one in messages if isinstance(one, CertificateInstallationRes)]) == 1
    replies = [one.response_code for one in messages if isinstance(one, AuthorizationRes)]
    assert set(replies) == {ResponseCode.OK}
