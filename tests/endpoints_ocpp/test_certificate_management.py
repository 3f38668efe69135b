"""Certificates over OCPP between our station and our backend: renewed, installed, deleted, and hostile ones refused."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec.structs import replace

from harness.endpoints.csms.authority import read_request
from harness.endpoints.csms.csms import Csms
from harness.endpoints.ocpp_certificates import hashes_of, loaded, read_pem, same, write_pem
from harness.endpoints.station.certificate_store import CSMS_ROOT, MO_ROOT, V2G_CHAIN, V2G_ROOT, CertificateStore
from harness.endpoints.station.certificate_terms import SECC, STATION, CertificateTerms
from harness.endpoints.station.iso2.provider import Provider
from harness.endpoints.station.ocpp.half import BackendHalf
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.signing import Signing
from harness.endpoints.station.station import Station
from harness.endpoints.station.stock import store_of
from harness.kit.backend import authority, with_certificates, with_office
from harness.kit.certificates import trigger, waiting
from harness.messages import ocpp
from harness.pki.build import Pki
from harness.pki.recipe import ChainKind
from harness.trace.jsonl import write
from harness.transports.clock import VIRTUAL_EPOCH
from tests.endpoints_ocpp.readings import assert_clean

if TYPE_CHECKING:
    from tests.endpoints_ocpp.conftest import Lab, Play

AT = VIRTUAL_EPOCH
HOSTILE = (
    "",
    "TEST ONLY",
    "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" * 20,
    "-----BEGIN CERTIFICATE-----\n" + "QUJD" * 1000 + "\n-----END CERTIFICATE-----",
    "\x00" * 5000,
    "\ud7ff\u2028" * 100,
)


@cache
def pki() -> Pki:
    return Pki.generate(AT)


def prepared(**terms: Any) -> tuple[Station, Csms]:
    """A station with certificates of this PKI at a backend with everybody behind it."""
    bare = Station(credentials=pki().secc_chain(), trust=(*pki().oem_roots, *pki().v2g_roots))
    station = with_certificates(bare, pki()).having(provider=Provider(contract_roots=pki().mo_roots))
    own = replace(station.settings.certificates, **terms)
    return station.set(certificates=own), with_office(Csms(), pki())


async def half_a_minute(lab: Lab) -> None:
    await lab.wait(30)


def store() -> CertificateStore:
    return store_of(prepared()[0])


class Stocked(BackendHalf):
    """The half of a laboratory, whose plant begins with the certificates of this PKI."""

    def __init__(self, plant: Plant, session: Any, *, started_at: float) -> None:
        plant.certificates = store_of(prepared()[0].having(settings=plant.settings))
        super().__init__(plant, session, started_at=started_at)


@pytest.mark.parametrize("use", [STATION, SECC])
def test_a_certificate_is_renewed(play: Play, use: str) -> None:
    station, csms = prepared(renews_at_boot=(use,))
    lab = play(half_a_minute, station=station.having(half=Stocked), csms=csms)

    asked = lab.trace.one(ocpp.SignCertificate)
    assert lab.trace.answer_to(asked).payload == {"status": "Accepted"}
    assert lab.trace.one(ocpp.CertificateSigned.response).payload == {"status": "Accepted"}
    kept = lab.plant.certificates
    assert kept.renewed == {use}
    assert kept.chains[use].chain == lab.known.issued[0]
    assert (len(lab.trace.all(ocpp.GetCertificateStatus)) == 3) is (use == SECC)
    assert set(kept.staples) == (set(lab.known.issued[0]) if use == SECC else set())
    assert_clean(lab)


def test_a_certificate_near_its_end_is_renewed_without_being_asked(play: Play) -> None:
    station, csms = prepared(renews_before=59.0 * 86_400 + 43_200)

    async def a_day(lab: Lab) -> None:
        await lab.wait(86_400 * 0.75)

    lab = play(a_day, station=station.having(half=Stocked), csms=csms)
    assert {call.payload["certificateType"] for call in lab.trace.all(ocpp.SignCertificate)} == {STATION, SECC}
    assert lab.plant.certificates.renewed == {STATION, SECC}


def test_a_missing_certificate_is_asked_for_with_growing_patience(play: Play) -> None:
    station, csms = prepared()
    silent = csms.silent_on(ocpp.CertificateSigned).asking(waiting(10, repeats=2)).asking(trigger(STATION), delay=1)

    async def a_while(lab: Lab) -> None:
        await lab.wait(300)

    lab = play(a_while, station=station.having(half=Stocked), csms=silent)
    moments = [call.at for call in lab.trace.all(ocpp.SignCertificate)]
    assert [round(later - moments[0]) for later in moments] == [0, 10, 30]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_backend_gets_clean_refusals(play: Play, text: str) -> None:
    station, csms = prepared(renews_at_boot=(STATION,))
    roots = ocpp.InstallCertificate(certificateType=MO_ROOT, certificate=text)
    hostile = csms.but(ocpp.CertificateSigned, certificateChain=text).asking(roots, delay=2.0)

    lab = play(half_a_minute, station=station.having(half=Stocked), csms=hostile)

    assert lab.trace.one(ocpp.CertificateSigned.response).payload["status"] == "Rejected"
    assert lab.trace.one(ocpp.InstallCertificate.response).payload["status"] == "Rejected"
    events = [event["type"] for event in lab.trace.messages(ocpp.SecurityEventNotification)]
    assert "InvalidChargingStationCertificate" in events
    assert lab.plant.certificates.renewed == set()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_station_gets_clean_refusals(play: Play, text: str) -> None:
    station, csms = prepared(renews_at_boot=(STATION,))
    contract = ocpp.Authorize(idToken={"idToken": "DEHAR123456789", "type": "eMAID"}, certificate=text)
    wish = ocpp.Get15118EVCertificate(
        iso15118SchemaVersion="urn:iso:std:iso:15118:-20:CommonMessages",
        action="Install",
        exiRequest=b64encode(text.encode())[:5600].decode(),
    )

    async def script(lab: Lab) -> None:
        lab.link.half._say(contract)
        lab.link.half._say(wish)
        await lab.wait(5)

    bent = station.having(half=Stocked).but(ocpp.SignCertificate, csr=text)
    lab = play(script, station=bent, csms=csms)

    assert lab.trace.one(ocpp.SignCertificate.response).payload["status"] == "Rejected"
    assert lab.trace.one(ocpp.Authorize.response).payload["certificateStatus"] == "CertChainError"
    assert lab.trace.one(ocpp.Get15118EVCertificate.response).payload["status"] == "Failed"
    assert lab.trace.all(ocpp.CertificateSigned) == ()


def test_roots_come_and_go() -> None:
    kept, root = store(), pki().decoy_root(ChainKind.CONTRACT)
    before = kept.trusted(MO_ROOT, pki().mo_roots)
    assert kept.install(MO_ROOT, write_pem([root]), AT).status == "Accepted"
    assert kept.install(MO_ROOT, write_pem([root]), AT).status == "Accepted"
    assert kept.trusted(MO_ROOT, pki().mo_roots) == (*before, root)
    named = hashes_of(loaded(root), loaded(root), "SHA384")
    assert kept.delete(named).status == "Accepted"
    assert kept.delete(named).status == "NotFound"
    assert kept.trusted(MO_ROOT, pki().mo_roots) == before


def test_a_deleted_root_is_trusted_no_more() -> None:
    kept, (root,) = store(), pki().mo_roots
    assert kept.delete(hashes_of(loaded(root), loaded(root))).status == "Accepted"
    assert kept.trusted(MO_ROOT, pki().mo_roots) == ()


def test_what_the_station_lives_on_stays() -> None:
    kept = store()
    for use, issuer in ((STATION, pki().station_chain("EMU-0001")), (SECC, pki().secc_chain())):
        leaf, above = (loaded(der) for der in kept.chains[use].chain[:2])
        assert kept.delete(hashes_of(leaf, above)).status == "Failed", issuer.label
    (root,) = pki().v2g_roots
    assert kept.delete(hashes_of(loaded(root), loaded(root))).status == "Failed"


def test_a_full_store_says_so() -> None:
    kept = CertificateStore(CertificateTerms(most_roots=1))
    first, second = (write_pem([pki().decoy_root(kind)]) for kind in (ChainKind.CONTRACT, ChainKind.CSMS))
    assert [kept.install(MO_ROOT, text, AT).status for text in (first, second)] == ["Accepted", "Failed"]


def test_the_additional_check_wants_the_old_root_behind_the_new() -> None:
    kept = CertificateStore(CertificateTerms(additional_root_check=True), roots={CSMS_ROOT: pki().csms_roots})
    assert kept.install(CSMS_ROOT, write_pem([pki().decoy_root(ChainKind.CSMS)]), AT).status == "Rejected"
    assert (
        kept.install(CSMS_ROOT, write_pem([authority(pki(), ChainKind.CSMS).issuer.chain[-1]]), AT).status == "Accepted"
    )


def test_the_chain_towards_evs_is_listed_with_its_cas() -> None:
    (entry,) = store().listed([V2G_CHAIN])
    chain = [loaded(der) for der in (*pki().secc_chain().chain, *pki().v2g_roots)]
    assert same(entry["certificateHashData"], hashes_of(chain[0], chain[1]))
    children = entry["childCertificateHashData"]
    assert len(children) == 2
    assert same(children[0], hashes_of(chain[1], chain[2]))
    assert same(children[1], hashes_of(chain[2], chain[3]))


@pytest.mark.parametrize("kind", ["secp521r1", "secp256r1", "ed448"])
@pytest.mark.parametrize("use", [STATION, SECC])
def test_requests_fit_and_are_signed(kind: Any, use: str) -> None:
    signing = Signing(CertificateStore(CertificateTerms(secc_key=kind)), serial="EMU-0001")
    text = signing.request(use)
    assert len(text) <= 5_500
    assert isinstance(read_request(text), x509.CertificateSigningRequest)


def test_no_key_is_told(play: Play) -> None:
    station, csms = prepared(renews_at_boot=(STATION, SECC))
    lab = play(half_a_minute, station=station.having(half=Stocked), csms=csms)

    told = write(lab.trace) + repr(vars(lab.plant.certificates)).encode() + repr(csms.office).encode()
    told += repr(vars(lab.link.half.certificates.signing)).encode()
    assert lab.plant.certificates.renewed == {STATION, SECC}
    assert b"PRIVATE KEY" not in told
    for own in (*lab.plant.certificates.chains.values(), *(one.issuer for one in csms.office.authorities.values())):
        der = own.key.reveal().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        secret = der[35:67]
        for form in (secret.hex().encode(), b64encode(der)[44:84], repr(secret).encode()):
            assert form not in told


def test_pem_is_bounded() -> None:
    chain = write_pem(pki().secc_chain().chain)
    assert read_pem(chain, longest=len(chain)) == pki().secc_chain().chain
    assert read_pem(chain, longest=len(chain) - 1) == ()
    assert read_pem(chain * 4, longest=100_000) == ()
    assert read_pem(chain + "more", longest=100_000) == ()


def test_only_roots_that_carry_the_own_chain_count_as_v2g_roots() -> None:
    assert store().roots[V2G_ROOT] == list(pki().v2g_roots)
