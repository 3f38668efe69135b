"""Whatever bytes come in: nothing raises, and nothing that was changed passes for signed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec import structs

from harness.exi.errors import ExiError
from harness.messages.iso20.certificates import CertificateInstallationRes
from harness.messages.iso20.types import V2gMessage
from harness.messages.schema import decode, encode
from harness.messages.xmldsig import SignatureValue
from harness.pki.recipe import Profile
from harness.security.assessment import Trust
from harness.security.authorization import authorization_request
from harness.security.installation import install, installation_response
from harness.security.message import signed_parts, verify_message
from harness.security.objection import refusal
from tests.security.parties import AT, CHALLENGE, HEADER, OF_ISO20, pki

CONTRACTS = {profile: pki(profile).contract_chain() for profile in OF_ISO20}
REQUESTS = {profile: authorization_request(HEADER, CHALLENGE, CONTRACTS[profile]) for profile in OF_ISO20}
STREAMS = {profile: encode(request) for profile, request in REQUESTS.items()}
RESPONSES = {
    profile: installation_response(
        HEADER, pki(profile).provisioning_chain().chain[0], CONTRACTS[profile], pki(profile).cps_chain()
    )
    for profile in OF_ISO20
}


def mutated(stream: bytes, data: some.DataObject) -> V2gMessage | None:
    """A message from a stream with some octets changed; None if it is none any more."""
    octets = bytearray(stream)
    for _ in range(data.draw(some.integers(1, 3))):
        octets[data.draw(some.integers(0, len(octets) - 1))] ^= data.draw(some.integers(1, 255))
    try:
        message = decode("common", bytes(octets))
    except ExiError:
        return None
    return message if isinstance(message, V2gMessage) else None


@pytest.mark.parametrize("profile", OF_ISO20)
@settings(max_examples=150, deadline=None)
@given(data=some.data())
def test_a_changed_request_passes_only_if_nothing_signed_was_changed(profile: Profile, data: some.DataObject) -> None:
    message = mutated(STREAMS[profile], data)
    if message is None:
        return

    found = verify_message(message, CONTRACTS[profile].chain[0])

    good = REQUESTS[profile]
    untouched = signed_parts(message) == signed_parts(good) and message.header.signature == good.header.signature
    assert (refusal(found, strict=False) is None) is untouched


@pytest.mark.parametrize("profile", OF_ISO20)
@settings(max_examples=100, deadline=None)
@given(data=some.data())
def test_a_changed_response_installs_only_what_was_signed(profile: Profile, data: some.DataObject) -> None:
    message = mutated(encode(RESPONSES[profile]), data)
    if not isinstance(message, CertificateInstallationRes):
        return

    made = pki(profile)
    got = install(message, made.provisioning_chain(), Trust(roots=made.v2g_roots, strict=False), AT)

    if got.contract is not None:
        assert message.signed_installation_data == RESPONSES[profile].signed_installation_data
        assert message.cps_certificate_chain == RESPONSES[profile].cps_certificate_chain


@pytest.mark.parametrize("profile", OF_ISO20)
@settings(max_examples=100, deadline=None)
@given(value=some.binary(max_size=300))
def test_values_that_are_none_are_refused(profile: Profile, value: bytes) -> None:
    good = REQUESTS[profile]
    assert good.header.signature is not None
    signature = structs.replace(good.header.signature, signature_value=SignatureValue(value=value))
    message = structs.replace(good, header=structs.replace(good.header, signature=signature))

    assert refusal(verify_message(message, CONTRACTS[profile].chain[0]), strict=False) is not None
