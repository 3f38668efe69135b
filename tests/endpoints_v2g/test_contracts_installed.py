"""Contract certificates that come over the charging cable, and everything that keeps one out of the car."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.iso2.provider import Provider
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    CertificateInstallationReq,
    CertificateInstallationRes,
    ServiceDiscoveryReq,
)
from harness.messages.iso20.types import Processing, ResponseCode
from harness.messages.problems import problems
from harness.pki.build import Pki
from harness.pki.credentials import Credentials
from harness.pki.flaws import Flaw
from harness.pki.recipe import Profile
from harness.security.contract_key import KeyFlaw
from harness.security.flaw import SignatureFlaw
from harness.security.installation import installation_request, installation_response
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

from harness.transports.clock import VIRTUAL_EPOCH

PKI = Pki.generate(VIRTUAL_EPOCH)
PAPERS = {profile: Pki.generate(VIRTUAL_EPOCH, profile=profile) for profile in (Profile.STRICT_20, Profile.ED448)}
HERE = PAPERS[Profile.STRICT_20]
INSTALLS = msgspec.structs.replace(
    LABORATORY, authorization_services=("eim", "pnc"), certificate_installation=True, installation_rounds=2
)
PCID = "HRN12345678901234X"
PNC, EIM = Authorization.PNC, Authorization.EIM


def port(profile: Profile = Profile.STRICT_20, **changes: Any) -> Station:
    pki = PAPERS[profile]
    known = Provider(
        contract_roots=pki.mo_roots,
        provisioning_roots=pki.oem_roots,
        contracts={PCID: (pki.contract_chain(),)},
        service=pki.cps_chain(),
    )
    provider = msgspec.structs.replace(known, **changes)
    return Station(credentials=PKI.secc_chain(), trust=PKI.oem_roots, provider=provider)


def ev(profile: Profile = Profile.STRICT_20, wish: str = "pnc_then_eim", **terms: Any) -> Ev:
    made = Ev(credentials=PKI.vehicle_chain(), trust=PKI.v2g_roots, loops=2).with_car(authorization=wish)
    own = {"provisioning": PAPERS[profile].provisioning_chain(), "service_roots": PAPERS[profile].v2g_roots}
    return made.having(**{**own, **terms})


def granting(lab: Lab) -> None:
    def decide(told: Any) -> None:
        if type(told).__name__ == "TokenPresented":
            lab.plant.authorise("accepted", told.at)

    lab.plant.listen(decide)


def services(lab: Lab) -> list[Authorization]:
    return [one.selected_authorization_service for one in lab.said(AuthorizationReq)]


def codes(lab: Lab) -> list[ResponseCode]:
    return [one.response_code for one in lab.said(CertificateInstallationRes)]


@pytest.mark.parametrize("observer", [Role.EV, Role.STATION])
@pytest.mark.parametrize("profile", list(PAPERS))
def test_car_without_a_contract_gets_one_and_pays_by_it(meet: Meet, profile: Profile, observer: Role) -> None:
    lab = meet(ev(profile), ev(profile), port=port(profile), settings=INSTALLS, observer=observer, prepare=granting)

    asked, answers = lab.said(CertificateInstallationReq), lab.said(CertificateInstallationRes)
    assert [one.evse_processing for one in answers] == [Processing.ONGOING, Processing.ONGOING, Processing.FINISHED]
    assert codes(lab) == [ResponseCode.OK] * 3
    assert len({msgspec.structs.replace(one, header=asked[0].header) for one in asked}) == 1
    assert len({one.header.signature for one in asked}) == 1
    assert answers[-1].remaining_contract_certificate_chains == 0
    if profile is Profile.STRICT_20:
        assert [problems(one) for one in (*asked, answers[-1])] == [()] * 4
    # The second visit finds the contract in the car.
    paid = lab.said(AuthorizationReq)
    contract = PAPERS[profile].contract_chain().chain[0]
    assert [one.authorization_mode.contract_certificate_chain.certificate for one in paid] == [contract] * 2
    assert {one.response_code for one in lab.said(AuthorizationRes)} == {ResponseCode.OK}
    assert [outcome.state for outcome in lab.outcomes] == ["finished", "finished"]
    assert (lab.violations(), lab.expired()) == ([], [])


def test_expired_contract_is_replaced_when_the_station_warns_of_it(meet: Meet) -> None:
    old = HERE.contract_chain(flaw=Flaw.EXPIRED)

    lab = meet(ev(contract=old), ev(contract=old), port=port(), settings=INSTALLS, prepare=granting)

    replies = [one.response_code for one in lab.said(AuthorizationRes)]
    assert replies == [ResponseCode.WARNING_CERTIFICATE_EXPIRED, ResponseCode.OK, ResponseCode.OK]
    assert services(lab) == [PNC] * 3
    assert codes(lab)[-1] is ResponseCode.OK
    assert [outcome.state for outcome in lab.outcomes] == ["finished"] * 2
    assert lab.violations() == []


def test_warning_that_no_contract_helps_against_leads_to_external_means(meet: Meet) -> None:
    settings = msgspec.structs.replace(INSTALLS, emsp_ids=("DEHAR",))
    others = HERE.contract_chain("DEXYZ123456789")
    insisting = ev(contract=others).having(strict_papers=True)

    lab = meet(insisting, port=port(), settings=settings, prepare=granting)

    assert (services(lab), codes(lab)) == ([EIM], [])


@pytest.mark.parametrize("flaw", [*(one for one in SignatureFlaw if one is not SignatureFlaw.STALE_CHALLENGE)])
def test_flawed_signature_of_the_request_ends_the_session(meet: Meet, flaw: SignatureFlaw) -> None:
    def spoil(_: Any, usual: CertificateInstallationReq) -> CertificateInstallationReq:
        return installation_request(usual.header, HERE.provisioning_chain(), HERE.v2g_roots, flaw=flaw)

    lab = meet(ev().answering(CertificateInstallationReq, spoil), port=port(), settings=INSTALLS)

    assert codes(lab) == [ResponseCode.FAILED_SIGNATURE_ERROR]
    assert lab.outcome.state == "failed"


@pytest.mark.parametrize(
    ("flaw", "code"),
    [
        (Flaw.EXPIRED, ResponseCode.WARNING_CERTIFICATE_EXPIRED),
        (Flaw.NOT_YET_VALID, ResponseCode.WARNING_CERTIFICATE_NOT_YET_VALID),
        (Flaw.UNKNOWN_ROOT, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
    ],
)
def test_flawed_provisioning_certificate_is_warned_of(meet: Meet, flaw: Flaw, code: ResponseCode) -> None:
    lab = meet(ev(provisioning=HERE.provisioning_chain(flaw=flaw)), port=port(), settings=INSTALLS)

    assert (codes(lab), services(lab)) == ([code], [EIM])
    assert lab.outcome.state == "finished"


def test_car_that_nobody_has_a_contract_for_is_told_so(meet: Meet) -> None:
    for changes, code in (
        ({"contracts": {}}, ResponseCode.WARNING_NO_CONTRACT_MATCHING_PCID_FOUND),
        ({"contracts": {PCID: ()}}, ResponseCode.WARNING_NO_CERTIFICATE_AVAILABLE),
        ({"service": None}, ResponseCode.WARNING_NO_CERTIFICATE_AVAILABLE),
    ):
        lab = meet(ev(wish="pnc"), port=port(**changes), settings=INSTALLS)
        assert codes(lab) == [code]
        assert (lab.outcome.state, lab.outcome.why) == ("unfinished", f"no contract: {code}")
        assert lab.violations() == []


@pytest.mark.parametrize(
    "flaw", [*(one for one in SignatureFlaw if one is not SignatureFlaw.STALE_CHALLENGE), *KeyFlaw]
)
def test_flawed_answer_is_not_used(meet: Meet, flaw: SignatureFlaw | KeyFlaw) -> None:
    def spoil(ask: CertificateInstallationReq, usual: CertificateInstallationRes) -> CertificateInstallationRes:
        leaf = ask.oem_provisioning_certificate_chain.certificate
        contract, service = HERE.contract_chain(), HERE.cps_chain()
        return installation_response(usual.header, leaf, contract, service, flaw=flaw)

    bent = port().answering(CertificateInstallationRes, spoil)
    lab = meet(ev(), port=bent, settings=INSTALLS, observer=Role.EV)

    assert services(lab) == [EIM]
    assert lab.outcome.state == "finished"
    notes = [text for entry in lab.trace if (text := getattr(entry.body, "text", None))]
    assert any(text.startswith("contract not taken: ") for text in notes)


@pytest.mark.parametrize("flaw", [Flaw.EXPIRED, Flaw.UNKNOWN_ROOT])
def test_contract_from_a_doubtful_service_is_not_used(meet: Meet, flaw: Flaw) -> None:
    lab = meet(ev(), port=port(service=HERE.cps_chain(flaw=flaw)), settings=INSTALLS)

    assert (codes(lab)[-1], services(lab)) == (ResponseCode.OK, [EIM])


def test_car_with_several_contracts_gets_as_many_as_it_wants(meet: Meet) -> None:
    chains = tuple(HERE.contract_chain(f"DEHAR12345678{number}") for number in range(3))
    quick = msgspec.structs.replace(INSTALLS, installation_rounds=0)

    lab = meet(ev(contracts_wanted=2), port=port(contracts={PCID: chains}), settings=quick, prepare=granting)

    assert [one.remaining_contract_certificate_chains for one in lab.said(CertificateInstallationRes)] == [1, 0]
    handed = [
        one.signed_installation_data.contract_certificate_chain.certificate
        for one in lab.said(CertificateInstallationRes)
    ]
    assert handed == [chain.chain[0] for chain in chains[:2]]
    assert lab.said(AuthorizationReq)[0].authorization_mode.contract_certificate_chain.certificate == handed[0]


def test_contract_that_the_car_names_comes_first(meet: Meet) -> None:
    chains: tuple[Credentials, ...] = tuple(HERE.contract_chain(f"DEHAR12345678{number}") for number in range(3))

    def naming(_: Any, usual: CertificateInstallationReq) -> CertificateInstallationReq:
        own = HERE.provisioning_chain()
        return installation_request(usual.header, own, HERE.v2g_roots, emaids=["DE-HAR-123456782"])

    bent = ev().answering(CertificateInstallationReq, naming)
    lab = meet(bent, port=port(contracts={PCID: chains}), settings=INSTALLS, prepare=granting)

    last = lab.said(CertificateInstallationRes)[-1]
    assert last.signed_installation_data.contract_certificate_chain.certificate == chains[2].chain[0]


def test_installation_that_was_not_offered_is_out_of_order(meet: Meet) -> None:
    request: CertificateInstallationReq = meet(ev(), port=port(), settings=INSTALLS).said(CertificateInstallationReq)[0]
    without = msgspec.structs.replace(INSTALLS, certificate_installation=False)

    def insist(_: Any, usual: AuthorizationReq) -> CertificateInstallationReq:
        header = msgspec.structs.replace(request.header, session_id=usual.header.session_id)
        return msgspec.structs.replace(request, header=header)

    lab = meet(ev().answering(AuthorizationReq, insist), port=port(), settings=without)

    assert codes(lab) == [ResponseCode.FAILED_SEQUENCE_ERROR]
    assert lab.said(ServiceDiscoveryReq) == []
    with_eim = meet(ev(), port=port(), settings=without)
    assert (services(with_eim), with_eim.said(CertificateInstallationReq)) == ([EIM], [])


def test_contract_on_another_curve_than_the_car_is_none_for_it(meet: Meet) -> None:
    other = PAPERS[Profile.ED448].contract_chain()

    lab = meet(ev(wish="pnc"), port=port(contracts={PCID: (other,)}), settings=INSTALLS)

    assert codes(lab) == [ResponseCode.WARNING_NO_CERTIFICATE_AVAILABLE]
