"""A conversation of tlslite's that does not look closely at the peer, or sulks where it should refuse."""

from __future__ import annotations

from typing import Any, ClassVar

from harness.transports.tls.adversary import Adversary, Blindness
from harness.transports.tls.tlslite_adapter import Conversation
from harness.transports.tls.tlslite_director import Director, Steps
from harness.transports.tls.tlslite_keys import PeerKey
from harness.transports.tls.tlslite_names import (
    CertificateVerify,
    HandshakeType,
)
from harness.transports.tls.tlslite_parts import Pipe, scheme_pair
from harness.transports.tls.tlslite_script import ALERT, HANDSHAKE

_ANY_SCHEME = 0x0603


def conversation(adversary: Adversary, pipe: Pipe, director: Director) -> Conversation:
    """A conversation that is as careful as the adversary wants it."""
    if adversary.sulks:
        return _Sulking(pipe, director)
    return _Careless(pipe, director, adversary.blind_to) if adversary.blind_to else Conversation(pipe, director)


class _AnySignature(PeerKey):
    """The peer's public key for somebody who does not look at signatures; of no kind in particular."""

    def __init__(self, certificate: bytes) -> None:
        super().__init__(certificate)
        self.curve_name = "NIST521p"

    def verify(self, *_: Any, **__: Any) -> bool:
        """Always."""
        return True

    hashAndVerify = verify


class _Sulking(Conversation):
    """Says nothing instead of an alert, and stays."""

    def _sendMsg(self, msg: Any, randomizeFirstBlock: bool = True, update_hashes: bool = True) -> Steps:  # noqa: FBT001, FBT002
        if msg.contentType == ALERT:
            self.sock.flush()
            self._pipe.muted = True
            return
        yield from super()._sendMsg(msg, randomizeFirstBlock, update_hashes)


class _Careless(Conversation):
    """Believes what the peer's handshake does not prove."""

    peer_key: ClassVar[type[PeerKey]] = _AnySignature

    def __init__(self, pipe: Pipe, director: Director, blind_to: tuple[Blindness, ...]) -> None:
        super().__init__(pipe, director)
        self._blind_to = blind_to

    def _getMsg(self, expectedType: Any, secondaryType: Any = None, constructorType: Any = None) -> Steps:
        wanted = secondaryType if isinstance(secondaryType, tuple) else (secondaryType,)
        if Blindness.PROOF in self._blind_to and HandshakeType.certificate_verify in wanted:
            yield from self._peek()
            header, parser = self._pushed
            if header.type == HANDSHAKE and parser.bytes[:1] != bytearray([HandshakeType.certificate_verify]):
                yield CertificateVerify(self.version).create(bytearray(), scheme_pair(_ANY_SCHEME))
                return
        yield from super()._getMsg(expectedType, secondaryType, constructorType)

    def _look_at(self, message: Any) -> Steps:
        """The scheme that was named no longer matters to somebody who takes any signature."""
        proof = getattr(message, "handshakeType", None) == HandshakeType.certificate_verify
        if proof and Blindness.SCHEME in self._blind_to:
            message.signatureAlgorithm = scheme_pair(_ANY_SCHEME)
        else:
            yield from super()._look_at(message)
