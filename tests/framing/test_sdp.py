"""SDP requests and responses are written as the reference says, and wrong ones explain themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.framing.sdp import (
    SdpFault,
    SdpRequest,
    SdpResponse,
    Security,
    TransportProtocol,
    decode,
    decode_datagram,
)
from harness.framing.v2gtp import Frame, PayloadType


def test_a_request_is_two_bytes() -> None:
    assert SdpRequest().frame().encode() == bytes.fromhex("01fe9000000000020000")
    assert SdpRequest(Security.NONE, TransportProtocol.UDP).frame().payload == bytes.fromhex("1010")


def test_a_response_is_an_address_a_port_and_two_bytes() -> None:
    response = SdpResponse.of("fe80::1%veth0", 0xC001, Security.NONE)

    assert response.frame().encode() == bytes.fromhex(
        "01fe900100000014" + "fe800000000000000000000000000001" + "c001" + "10" + "00"
    )
    assert (response.host, response.problems()) == ("fe80::1", ())


@given(st.integers(0, 255), st.integers(0, 255))
def test_requests_come_back(security: int, transport: int) -> None:
    request = SdpRequest(security, transport)
    assert decode_datagram(request.frame().encode()) == request


@given(st.binary(min_size=16, max_size=16), st.integers(0, 0xFFFF), st.integers(0, 255), st.integers(0, 255))
def test_responses_come_back(address: bytes, port: int, security: int, transport: int) -> None:
    response = SdpResponse(address, port, security, transport)
    assert decode_datagram(response.frame().encode()) == response


def test_known_codes_come_back_as_names() -> None:
    request = decode(SdpRequest(0x10, 0x00).frame())
    assert isinstance(request, SdpRequest)
    assert isinstance(request.security, Security)
    assert isinstance(request.transport, TransportProtocol)


def test_an_address_of_another_size_is_written_as_it_stands() -> None:
    response = SdpResponse(b"\xfe\x80", 15118)

    assert response.frame().payload == bytes.fromhex("fe80" + "3b0e" + "0000")
    assert response.host == "fe80"
    assert response.problems() == ("the address has 2 bytes instead of 16",)
    fault = decode(response.frame())
    assert isinstance(fault, SdpFault)
    assert fault.what == "an SDP response has 20 payload bytes, this one 6"
    assert fault.raw == response.frame().encode()


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (SdpRequest(0x20), "security 0x20 is neither TLS (0x00) nor none (0x10)"),
        (SdpRequest(Security.TLS, TransportProtocol.UDP), "transport 0x10 is not TCP (0x00)"),
        (SdpResponse.of("fe80::1", 0), "0 is no TCP port"),
        (SdpResponse.of("::", 1), "nobody can connect to ::"),
        (SdpResponse.of("ff02::1", 1), "nobody can connect to ff02::1"),
    ],
)
def test_problems_are_named(message: SdpRequest | SdpResponse, problem: str) -> None:
    assert problem in message.problems()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "the datagram is empty"),
        (b"\x01\xfe\x90", "incomplete frame: the stream ended after 3 of 8 header bytes"),
        (b"\x00\x00", "bad sync pattern: 0x00 0x00 are not inverse to each other"),
        (Frame(0x9000, b"\x00").encode(), "an SDP request has 2 payload bytes, this one 1"),
        (Frame(0x9000, bytes(2)).encode() + b"xyz", "3 bytes follow the frame in the same datagram"),
        (
            Frame(PayloadType.SAP, bytes(2)).encode(),
            "payload type 0x8001 sap is neither an SDP request nor an SDP response",
        ),
    ],
)
def test_what_is_no_sdp_message_explains_itself(data: bytes, what: str) -> None:
    assert decode_datagram(data) == SdpFault(what=what, raw=data)


@given(st.binary(max_size=40))
def test_no_datagram_makes_it_raise(data: bytes) -> None:
    found = decode_datagram(data)
    assert isinstance(found, SdpFault) or found.frame().encode() == data
