"""Plug and Charge: a good request is granted, and each fault is answered with the code that says what it was."""

from __future__ import annotations

import pytest
from msgspec import structs

from harness.messages.iso20.authorization import (
    Authorization,
    AuthorizationReq,
    EimAReqAuthorizationMode,
    PncAReqAuthorizationMode,
)
from harness.messages.iso20.codes import ResponseCode
from harness.messages.problems import problems
from harness.messages.schema import decode, encode
from harness.pki.credentials import Credentials
from harness.pki.flaws import Flaw
from harness.pki.recipe import DAY, Profile
from harness.security.assessment import Assessment, Trust
from harness.security.authorization import (
    authorization_request,
    check_authorization,
    expires_soon,
    provider_of,
    repeated,
)
from harness.security.flaw import SignatureFlaw
from tests.security.parties import AT, CHALLENGE, HEADER, OF_ISO20, pki, trust


def request(
    contract: Credentials | None = None,
    flaw: SignatureFlaw | None = None,
    profile: Profile = Profile.STRICT_20,
) -> AuthorizationReq:
    return authorization_request(HEADER, CHALLENGE, contract or pki(profile).contract_chain(), flaw=flaw)


def check(
    asked: AuthorizationReq, *, at: float = AT, strict: bool = True, profile: Profile = Profile.STRICT_20
) -> Assessment:
    return check_authorization(asked, CHALLENGE, trust(profile, strict=strict), at)


@pytest.mark.parametrize("profile", OF_ISO20)
def test_a_good_request_is_granted_and_names_the_contract(profile: Profile) -> None:
    sent = request(profile=profile)
    got = decode("common", encode(sent))

    assert problems(sent) == ()
    assert isinstance(got, AuthorizationReq)
    result = check(got, profile=profile)
    assert (result.response_code, result.objections, result.name) == (ResponseCode.OK, (), "DEHAR123456789")
    assert result.accepted


@pytest.mark.parametrize("flaw", SignatureFlaw)
def test_every_flaw_of_the_signature_is_refused_by_a_strict_station(flaw: SignatureFlaw) -> None:
    result = check(request(flaw=flaw))

    stale = flaw is SignatureFlaw.STALE_CHALLENGE
    expected = ResponseCode.WARNING_CHALLENGE_INVALID if stale else ResponseCode.FAILED_SIGNATURE_ERROR
    assert result.response_code is expected
    assert not result.accepted
    lenient = check(request(flaw=flaw), strict=False)
    assert lenient.accepted is not flaw.fatal


@pytest.mark.parametrize(
    ("flaw", "code"),
    [
        (Flaw.EXPIRED, ResponseCode.WARNING_CERTIFICATE_EXPIRED),
        (Flaw.SUB_CA_EXPIRED, ResponseCode.WARNING_CERTIFICATE_EXPIRED),
        (Flaw.NOT_YET_VALID, ResponseCode.WARNING_CERTIFICATE_NOT_YET_VALID),
        (Flaw.UNKNOWN_ROOT, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.DECOY_ROOT, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.MISSING_SUB_CA, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.LEAF_IS_CA, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.SUB_CA_NOT_CA, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.SUB_CA_WITHOUT_CERT_SIGN, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.PATH_LENGTH, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.THIRD_SUB_CA, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.WRONG_KEY_USAGE, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.EXTENDED_KEY_USAGE_IN_CONTRACT, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.SELF_SIGNED, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.WRONG_CURVE, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.TAMPERED_SIGNATURE, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.UNKNOWN_CRITICAL_EXTENSION, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
    ],
)
def test_each_flaw_of_the_contract_chain_has_its_warning(flaw: Flaw, code: ResponseCode) -> None:
    assert check(request(pki().contract_chain(flaw=flaw))).response_code is code


def test_a_revoked_contract_is_told() -> None:
    contract = pki().contract_chain()
    knowing = structs.replace(trust(), revoked=frozenset({contract.chain[0]}))

    result = check_authorization(request(contract), CHALLENGE, knowing, AT)

    assert result.response_code is ResponseCode.WARNING_CERTIFICATE_REVOKED


def test_a_vehicle_or_provisioning_certificate_is_no_contract() -> None:
    for other in (pki().vehicle_chain(), pki().provisioning_chain()):
        only_mo = Trust(roots=pki().mo_roots)
        result = check_authorization(request(other), CHALLENGE, only_mo, AT)
        assert result.response_code is ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR


@pytest.mark.parametrize(("days", "soon"), [(45.9, False), (46, True), (60, True)])
def test_a_contract_with_two_weeks_to_go_expires_soon(days: float, soon: bool) -> None:
    at = AT + days * DAY

    result = check(request(), at=at)

    assert result.response_code is (ResponseCode.OK_CERTIFICATE_EXPIRES_SOON if soon else ResponseCode.OK)
    assert result.accepted
    assert expires_soon(pki().contract_chain().chain[0], at) is soon


def test_what_was_not_offered_cannot_be_selected() -> None:
    result = check_authorization(request(), CHALLENGE, trust(), AT, offered=[Authorization.EIM])
    assert result.response_code is ResponseCode.WARNING_AUTHORIZATION_SELECTION_INVALID
    eim = AuthorizationReq(
        header=HEADER,
        selected_authorization_service=Authorization.EIM,
        authorization_mode=EimAReqAuthorizationMode(),
    )
    assert check(eim).response_code is ResponseCode.OK
    refused = check_authorization(eim, CHALLENGE, trust(), AT, offered=[Authorization.PNC])
    assert refused.response_code is ResponseCode.WARNING_AUTHORIZATION_SELECTION_INVALID


def test_the_block_has_to_be_that_of_the_selection() -> None:
    mixed = structs.replace(request(), authorization_mode=EimAReqAuthorizationMode())

    assert check(mixed).response_code is ResponseCode.WARNING_GENERAL_PNC_AUTHORIZATION_ERROR


def test_providers_are_known_or_not() -> None:
    for providers, code in ((["DE-HAR"], ResponseCode.OK), (["DEXYZ"], ResponseCode.WARNING_EMSP_UNKNOWN)):
        result = check_authorization(request(), CHALLENGE, trust(), AT, providers=providers)
        assert result.response_code is code
    assert provider_of("DE-HAR-123456789") == "DEHAR"


def test_a_name_that_is_no_emaid_is_only_told() -> None:
    result = check(request(pki().contract_chain("nobody")))

    assert result.response_code is ResponseCode.OK
    assert [one.code for one in result.objections] == ["leaf.emaid", "authorization.emaid"]


def test_deployed_cars_on_secp256r1_pass_at_a_lenient_station_alone() -> None:
    asked = request(profile=Profile.ISO2)

    assert check(asked, profile=Profile.ISO2).response_code is ResponseCode.FAILED_SIGNATURE_ERROR
    lenient = check(asked, profile=Profile.ISO2, strict=False)
    assert lenient.accepted
    assert [one.code for one in lenient.objections] == ["key.curve"]


def test_a_repeated_request_differs_in_its_time_alone() -> None:
    asked = request()
    later = repeated(asked, structs.replace(HEADER, time_stamp=HEADER.time_stamp + 1))

    assert later.header.time_stamp == asked.header.time_stamp + 1
    assert check(later).response_code is ResponseCode.OK
    assert structs.replace(later, header=asked.header) == asked


@pytest.mark.parametrize("garbage", [b"", b"\x30", b"certificate", bytes(1600)])
def test_garbage_for_a_certificate_is_refused_and_never_raises(garbage: bytes) -> None:
    asked = request()
    assert isinstance(asked.authorization_mode, PncAReqAuthorizationMode)
    chain = structs.replace(asked.authorization_mode.contract_certificate_chain, certificate=garbage)
    block = structs.replace(asked.authorization_mode, contract_certificate_chain=chain)

    result = check(structs.replace(asked, authorization_mode=block))

    assert result.response_code is ResponseCode.FAILED_SIGNATURE_ERROR
    assert "certificate.unreadable" in {one.code for one in result.objections}
