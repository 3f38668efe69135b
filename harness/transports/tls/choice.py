"""Which of several chains a server shows: the first whose key the client's hello can do with."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric import rsa

from harness.pki.credentials import Credentials
from harness.transports.base import Stream
from harness.transports.peeked import PeekedStream
from harness.transports.tls.hello import ClientHello, read_client_hello
from harness.transports.tls.octets import Malformed

_HANDSHAKE = 22
_CLIENT_HELLO = 1
_RECORD_HEADER, _MESSAGE_HEADER = 5, 4
_MOST_BYTES = 65_536
_TLS13 = 0x0304
_RSA_SUITES = frozenset({0xC013, 0xC014, 0xC027, 0xC028, 0xC02F, 0xC030, 0xCCA8, 0x2F, 0x35, 0x3C, 0x3D, 0x9C, 0x9D})
"""Suites of TLS 1.2 and older in which the server has an RSA key, with elliptic curves or without."""
_EC_SUITES = frozenset({0xC006, 0xC009, 0xC00A, 0xC023, 0xC024, 0xC02B, 0xC02C, 0xC0AC, 0xC0AD, 0xCCA9})
_RSA_SCHEMES = frozenset({0x0804, 0x0805, 0x0806})
"""rsa_pss_rsae_*, what an RSA key signs with in TLS 1.3."""
_EC_SCHEMES = frozenset({0x0403, 0x0503, 0x0603})


async def choose_chain(stream: Stream, chains: Sequence[Credentials]) -> tuple[Stream, Credentials]:
    """Look at the client's hello; the stream to go on with, and the chain to show.

    A hello that cannot be read gets the first chain: refusing it is for the TLS engine.

    Raises:
        ConnectionLost: the peer reset the connection before it said anything.
    """
    if len(chains) == 1:
        return stream, chains[0]
    peeked = PeekedStream(stream)
    hello = read_first(await peeked.peek(_enough))
    fitting = (one for one in chains if hello is not None and _does(hello, one))
    return peeked, next(fitting, chains[0])


def read_first(data: bytes) -> ClientHello | None:
    """The hello that the records at the beginning of a connection hold; None where it is none, or not whole."""
    message = _message(data)
    size = int.from_bytes(message[1:_MESSAGE_HEADER], "big")
    if len(message) < _MESSAGE_HEADER + size or not message or message[0] != _CLIENT_HELLO:
        return None
    try:
        return read_client_hello(message[_MESSAGE_HEADER : _MESSAGE_HEADER + size])
    except Malformed:
        return None


def _enough(data: bytes) -> bool:
    """Whether there is a whole message, or something that will never be a hello."""
    if len(data) > _MOST_BYTES or (data and data[0] != _HANDSHAKE):
        return True
    message = _message(data)
    if len(message) < _MESSAGE_HEADER:
        return False
    return message[0] != _CLIENT_HELLO or len(message) >= _MESSAGE_HEADER + int.from_bytes(message[1:4], "big")


def _message(data: bytes) -> bytes:
    """What the handshake records at the beginning carry, put together."""
    message, at = b"", 0
    while len(data) >= at + _RECORD_HEADER and data[at] == _HANDSHAKE:
        size = int.from_bytes(data[at + 3 : at + _RECORD_HEADER], "big")
        message += data[at + _RECORD_HEADER : at + _RECORD_HEADER + size]
        at += _RECORD_HEADER + size
    return message


def _does(hello: ClientHello, chain: Credentials) -> bool:
    is_rsa = isinstance(chain.key.reveal(), rsa.RSAPrivateKey)
    if _TLS13 in hello.versions:
        return bool(set(hello.signature_schemes) & (_RSA_SCHEMES if is_rsa else _EC_SCHEMES))
    return bool(set(hello.suites) & (_RSA_SUITES if is_rsa else _EC_SUITES))
