"""Certificate installation: a contract gets into the car, and each fault keeps it out for its own reason."""

from __future__ import annotations

import pytest
from msgspec import structs

from harness.messages.iso20.certificates import (
    CertificateInstallationReq,
    CertificateInstallationRes,
    EcdhCurve,
    TpmEncryptedPrivateKey,
)
from harness.messages.iso20.codes import ResponseCode
from harness.messages.problems import problems
from harness.messages.schema import decode, encode
from harness.pki.credentials import Credentials
from harness.pki.flaws import Flaw
from harness.pki.recipe import Profile
from harness.security.assessment import Trust
from harness.security.authorization import authorization_request, check_authorization
from harness.security.contract_key import KeyFlaw
from harness.security.flaw import SignatureFlaw
from harness.security.installation import (
    Installed,
    check_request,
    install,
    installation_request,
    installation_response,
)
from tests.security.parties import AT, CHALLENGE, HEADER, OF_ISO20, pki, trust


def asked(profile: Profile = Profile.STRICT_20, flaw: SignatureFlaw | None = None) -> CertificateInstallationReq:
    car = pki(profile).provisioning_chain()
    return installation_request(HEADER, car, pki(profile).v2g_roots, emaids=["DEHAR123456789"], flaw=flaw)


def answered(
    profile: Profile = Profile.STRICT_20,
    flaw: SignatureFlaw | KeyFlaw | None = None,
    service: Credentials | None = None,
) -> CertificateInstallationRes:
    made = pki(profile)
    return installation_response(
        HEADER,
        made.provisioning_chain().chain[0],
        made.contract_chain(),
        service or made.cps_chain(),
        flaw=flaw,
    )


def installed(response: CertificateInstallationRes, profile: Profile = Profile.STRICT_20) -> Installed:
    made = pki(profile)
    return install(response, made.provisioning_chain(), Trust(roots=made.v2g_roots), AT)


def codes(found: Installed) -> set[str]:
    return {one.code for one in found.objections}


@pytest.mark.parametrize("profile", OF_ISO20)
def test_a_contract_gets_into_the_car_and_pays(profile: Profile) -> None:
    request = decode("common", encode(asked(profile)))
    assert isinstance(request, CertificateInstallationReq)
    checked = check_request(request, trust(profile), AT, known=["HRN12345678901234X"])
    assert (checked.response_code, checked.objections) == (ResponseCode.OK, ())

    response = decode("common", encode(answered(profile)))
    assert isinstance(response, CertificateInstallationRes)
    got = installed(response, profile)

    assert got.objections == ()
    assert got.contract is not None
    assert got.contract.chain == pki(profile).contract_chain().chain
    paid = check_authorization(authorization_request(HEADER, CHALLENGE, got.contract), CHALLENGE, trust(profile), AT)
    assert (paid.response_code, paid.name) == (ResponseCode.OK, "DEHAR123456789")


def test_the_messages_are_valid_on_secp521r1() -> None:
    assert problems(asked()) == ()
    assert problems(answered()) == ()


def test_on_x448_the_schema_wants_a_longer_public_key_than_there_is() -> None:
    (found,) = problems(answered(Profile.ED448))

    assert found.path.endswith("DHPublicKey")


def test_the_request_lists_the_roots_by_issuer_and_serial_number() -> None:
    (root,) = asked().list_of_root_certificate_ids.root_certificate_id

    assert "CN=TEST ONLY V2G Root" in root.x509_issuer_name
    assert root.x509_serial_number > 0


@pytest.mark.parametrize("flaw", [flaw for flaw in SignatureFlaw if flaw is not SignatureFlaw.STALE_CHALLENGE])
def test_a_flawed_signature_is_refused_on_either_side(flaw: SignatureFlaw) -> None:
    assert check_request(asked(flaw=flaw), trust(), AT).response_code is ResponseCode.FAILED_SIGNATURE_ERROR
    got = installed(answered(flaw=flaw))
    assert got.contract is None
    assert got.objections
    lenient = structs.replace(trust(), strict=False)
    assert check_request(asked(flaw=flaw), lenient, AT).accepted is not flaw.fatal
    own = pki().provisioning_chain()
    assert (install(answered(flaw=flaw), own, lenient, AT).contract is None) is flaw.fatal


@pytest.mark.parametrize("flaw", KeyFlaw)
def test_a_flawed_key_is_refused(flaw: KeyFlaw) -> None:
    got = installed(answered(flaw=flaw))

    assert got.contract is None
    assert {code.partition(".")[0] for code in codes(got)} == {"key"}


@pytest.mark.parametrize(
    ("flaw", "code"),
    [
        (Flaw.EXPIRED, ResponseCode.WARNING_CERTIFICATE_EXPIRED),
        (Flaw.NOT_YET_VALID, ResponseCode.WARNING_CERTIFICATE_NOT_YET_VALID),
        (Flaw.UNKNOWN_ROOT, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.WRONG_KEY_USAGE, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
    ],
)
def test_a_flawed_provisioning_chain_has_its_warning(flaw: Flaw, code: ResponseCode) -> None:
    request = installation_request(HEADER, pki().provisioning_chain(flaw=flaw), pki().v2g_roots)

    assert check_request(request, trust(), AT).response_code is code


def test_a_car_without_a_contract_is_told_so() -> None:
    result = check_request(asked(), trust(), AT, known=["HRN99999999999999X"])

    assert result.response_code is ResponseCode.WARNING_NO_CONTRACT_MATCHING_PCID_FOUND


@pytest.mark.parametrize("flaw", [Flaw.EXPIRED, Flaw.UNKNOWN_ROOT, Flaw.SELF_SIGNED, Flaw.WRONG_KEY_USAGE])
def test_a_flawed_chain_of_the_service_is_refused(flaw: Flaw) -> None:
    got = installed(answered(service=pki().cps_chain(flaw=flaw)))

    assert got.contract is None
    assert got.objections


def test_a_service_has_to_be_one() -> None:
    got = installed(answered(service=pki().secc_chain()))

    assert got.contract is None
    assert "leaf.domain" in codes(got)


def test_parts_that_disagree_on_the_curve_are_refused() -> None:
    good = answered()
    data = structs.replace(good.signed_installation_data, ecdh_curve=EcdhCurve.X448)

    assert "key.curve" in codes(installed(structs.replace(good, signed_installation_data=data)))


def test_a_key_for_a_trusted_platform_module_is_not_opened() -> None:
    good = answered()
    data = structs.replace(
        good.signed_installation_data, encrypted_private_key=TpmEncryptedPrivateKey(value=bytes(206))
    )

    got = installed(structs.replace(good, signed_installation_data=data))

    assert got.contract is None
    assert "key.tpm" in codes(got)
