"""The private corner of tlslite-ng that this project needs, with `tlslite_records` beside it; checked when imported.

tlslite's handshakes are generators that yield while they wait for bytes. Their hooks are overridden here: what goes
out is asked of a `Director`, what comes in is shown to it, and the costly arithmetic is left to `cryptography`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from harness.transports.tls.tlslite_check import check_capabilities
from harness.transports.tls.tlslite_director import Director, OnPurpose, Ours, Steps
from harness.transports.tls.tlslite_keys import CURVES, X448, X25519, Agreement, PeerKey, kind_of
from harness.transports.tls.tlslite_names import (
    AlertDescription,
    ApplicationData,
    BaseTLSException,
    Certificate,
    CertificateType,
    CipherSuite,
    ExtensionType,
    HandshakeType,
    Message,
    SignatureScheme,
    TLSConnection,
    TLSHandshakeFailure,
)
from harness.transports.tls.tlslite_parts import (
    CHANGE_CIPHER_SPEC,
    Chain,
    Pipe,
    StandIn,
    Unread,
    knows_scheme,
    scheme_pair,
)
from harness.transports.tls.tlslite_records import Records
from harness.transports.tls.tlslite_script import ALERT, HANDSHAKE, SILENCE

_LARGEST_RECORD = 1 << 14
_LONGEST_MESSAGE = 1 << 18
_CLOSE_NOTIFY, _USER_CANCELED = 0, 90

_T = TypeVar("_T")


class Conversation(TLSConnection):  # type: ignore[misc] # tlslite has no types
    """One connection of tlslite's, with its hooks bent to a director."""

    peer_key: ClassVar[type[PeerKey]] = PeerKey
    """What the peer's key is taken for."""

    def __init__(self, pipe: Pipe, director: Director) -> None:
        super().__init__(pipe)
        self._director, self._pipe = director, pipe
        self._pushed: Any = None
        self._acts: list[tuple[int, bytes]] = []
        self._end = ""
        self._own: Any = None
        self.closing = False
        """Our own close_notify may go out."""
        self._recordLayer = Records(self.sock, lambda one, other: self._ours(director.secrets, one, other))

    def client(self, chain: Any, key: Any, settings: Any) -> Steps:
        """Be the client; tlslite needs both of chain and key, or none."""
        self._own = chain
        steps: Steps = self._handshakeClientAsync(certParams=(chain, key), settings=settings)
        return steps

    def server(self, chain: Any, key: Any, settings: Any, *, asks: bool) -> Steps:
        """Be the server."""
        self._own = chain
        steps: Steps = self.handshakeServerAsync(certChain=chain, privateKey=key, reqCert=asks, settings=settings)
        return steps

    def write_all(self, data: bytes) -> None:
        """Send application data."""
        for _ in self._sendMsg(ApplicationData().create(bytearray(data))):
            pass

    def say(self, kind: int, data: bytes) -> None:
        """Send a record under the keys of the moment."""
        for _ in super()._sendMsg(Message(kind, bytearray(data)), update_hashes=False):
            pass
        self.sock.flush()

    @property
    def negotiated13(self) -> bool:
        """Whether this connection speaks TLS 1.3."""
        return bool(self.version > (3, 3))

    def _ours(self, call: Callable[..., _T], *args: Any) -> _T:
        try:
            return call(*args)
        except BaseTLSException:
            raise
        except Exception as problem:
            raise Ours(problem) from problem

    # What goes out.

    def _sendMsg(self, msg: Any, randomizeFirstBlock: bool = True, update_hashes: bool = True) -> Steps:  # noqa: FBT001, FBT002
        if msg.contentType == HANDSHAKE and update_hashes:
            turn = self._ours(self._director.outgoing, bytes(msg.write()))
            self._digest(turn.acts)
            yield from self._perform(turn.acts, turn.end)
            return
        if msg.contentType == ALERT:
            if msg.description == _CLOSE_NOTIFY and not self.closing:
                return
            self._ours(lambda: self._director.alert_sent(fatal=msg.level == 2, number=msg.description))
        yield from super()._sendMsg(msg, randomizeFirstBlock, update_hashes)

    def _queue_message(self, msg: Any) -> None:
        if self._end:
            return
        turn = self._ours(self._director.outgoing, bytes(msg.write()))
        self._digest(turn.acts)
        self._acts += turn.acts
        self._end = turn.end

    def _queue_flush(self) -> Steps:
        acts, self._acts = self._acts, []
        yield from self._perform(_joined(acts), self._end)

    def _digest(self, acts: tuple[tuple[int, bytes], ...]) -> None:
        """Keep the transcript; what comes twice counts once, as for a peer that goes on behind the first."""
        last = b""
        for kind, data in acts:
            if kind == HANDSHAKE and data != last:
                self._handshake_hash.update(data)
                last = data

    def _perform(self, acts: Any, end: str) -> Steps:
        for kind, data in acts:
            if kind == SILENCE:
                self.sock.flush()
                self._pipe.muted = True
                continue
            self._user_record_limit = (kind == HANDSHAKE and self._director.pieces) or _LARGEST_RECORD
            yield from super()._sendMsg(Message(kind, bytearray(data)), update_hashes=False)
            self._user_record_limit = _LARGEST_RECORD
        if end:
            self.sock.flush()
            self.sock.buffer_writes = False
            raise OnPurpose(end)

    def _shutdown(self, resumable: bool) -> None:  # noqa: FBT001 - tlslite's signature
        """The keys stay: an alert may have to follow."""
        self.closed = True

    # What comes in.

    def _getNextRecord(self) -> Steps:
        if self._pushed is not None:
            pushed, self._pushed = self._pushed, None
            yield pushed
            return
        for result in super()._getNextRecord():
            if len(self._defragmenter.buffers[HANDSHAKE]) > _LONGEST_MESSAGE:
                yield from self._sendError(AlertDescription.illegal_parameter, "a message beyond all bounds")
            if result not in (0, 1):
                header, parser = result
                self._ours(self._director.heard, header.type, bytes(parser.bytes))
                if header.type == ALERT and self._only_warns(parser.bytes):
                    continue
            yield result

    def _only_warns(self, alert: bytes) -> bool:
        """Warnings up to TLS 1.2, and user_canceled, end nothing; tlslite takes each for the end."""
        level, number = alert[0], alert[1]
        return level == 1 and number != _CLOSE_NOTIFY and (self.version <= (3, 3) or number == _USER_CANCELED)

    def _getMsg(self, expectedType: Any, secondaryType: Any = None, constructorType: Any = None) -> Steps:
        wanted = secondaryType if isinstance(secondaryType, tuple) else (secondaryType,)
        if HandshakeType.certificate in wanted:
            taken = False
            for result in self._certificate():
                taken = taken or result not in (0, 1)
                yield result
            if taken:
                return
        elif HandshakeType.server_key_exchange in wanted:
            yield from self._status_apart()
        for result in super()._getMsg(expectedType, secondaryType, constructorType):
            if result not in (0, 1):
                yield from self._look_at(result)
            yield result

    def _look_at(self, message: Any) -> Steps:
        kind = getattr(message, "handshakeType", None)
        if kind == HandshakeType.client_hello:
            # A vehicle may name an address there; that is for the report, and no reason to break off.
            message.extensions = [
                Unread(one) if one.extType == ExtensionType.server_name else one for one in message.extensions or ()
            ]
        elif kind == HandshakeType.certificate_request:
            self._widen(message.getExtension(13))
            if message.version <= (3, 3):
                # tlslite believes that every server of TLS 1.2 takes RSA.
                message.supported_signature_algs = [*(message.supported_signature_algs or ()), (2, 1)]
        elif kind == HandshakeType.certificate_verify:
            named = message.signatureAlgorithm
            if named[0] << 8 | named[1] not in self._director.offered_schemes():
                yield from self._sendError(AlertDescription.illegal_parameter, "a scheme that was not offered")
        elif kind == HandshakeType.server_key_exchange:
            yield from self._judge(self._director.peer_chain() or ())

    def _widen(self, extension: Any) -> None:
        """Have tlslite believe that the peer takes what we want to show."""
        if extension is None or not self._director.forces():
            return
        ours = [scheme_pair(number) for number in self._director.own_schemes(tls13=True) if knows_scheme(number)]
        extension.sigalgs = [*ours, *(extension.sigalgs or ())]

    def _certificate(self) -> Steps:
        """The peer's Certificate, read and judged by us; anything else is left to tlslite."""
        yield from self._peek()
        header, parser = self._pushed
        if header.type != HANDSHAKE or parser.bytes[:1] != bytearray([HandshakeType.certificate]):
            return
        self._pushed = None
        self._handshake_hash.update(parser.bytes)
        chain = self._ours(self._director.peer_chain)
        if chain is None:
            yield from self._sendError(AlertDescription.decode_error, "a Certificate message that cannot be read")
        if not (self._client and self.version <= (3, 3)):
            yield from self._judge(chain or ())
        message = Certificate(CertificateType.x509, self.version)
        message.certificate_request_context = bytearray()
        if chain:
            try:
                key = self.peer_key(chain[0])
            except ValueError as problem:
                yield from self._sendError(AlertDescription.bad_certificate, str(problem))
            message.cert_chain = Chain([StandIn(kind_of(key.key), key)])
        yield message

    def _judge(self, chain: tuple[bytes, ...]) -> Steps:
        refused = self._ours(self._director.refusal, chain)
        if refused is not None:
            yield from self._sendError(*refused)

    def _status_apart(self) -> Steps:
        """CertificateStatus of TLS 1.2, which tlslite does not know."""
        yield from self._peek()
        header, parser = self._pushed
        if header.type == HANDSHAKE and parser.bytes[:1] == bytearray([HandshakeType.certificate_status]):
            self._pushed = None
            self._handshake_hash.update(parser.bytes)

    def _peek(self) -> Steps:
        """Wait for the next message, and put it back."""
        while self._pushed is None:
            for result in self._getNextRecord():
                if result in (0, 1):
                    yield result
                else:
                    header, _ = self._pushed = result
                    break
            if self.version > (3, 3) and header.type == CHANGE_CIPHER_SPEC and self._middlebox_compat_mode:
                self._pushed = None

    # What tlslite decides by its settings, and we by our terms.

    @staticmethod
    def _getKEX(group: int, version: Any) -> Any:
        return Agreement(group) if group in (*CURVES, X25519, X448) else TLSConnection._getKEX(group, version)

    def _sigHashesToList(
        self,
        settings: Any,
        privateKey: Any = None,
        certList: Any = None,
        version: Any = (3, 3),
    ) -> list[tuple[int, int]]:
        if certList is not None and certList is self._own:
            known = [number for number in self._director.own_schemes(tls13=version > (3, 3)) if knows_scheme(number)]
        else:
            known = list(self._director.offered_schemes())
        return [scheme_pair(number) for number in known]

    def _pickServerKeyExchangeSig(
        self,
        settings: Any,
        clientHello: Any,
        certList: Any = None,
        private_key: Any = None,
        version: Any = (3, 3),
        check_alt: Any = None,
    ) -> Any:
        extension = clientHello.getExtension(13)
        if extension is None or extension.sigalgs is None:
            return None if version > (3, 3) else "sha1", certList, private_key
        for scheme in self._sigHashesToList(settings, private_key, certList, version):
            if scheme in extension.sigalgs or self._director.forces():
                return SignatureScheme.toRepr(scheme), certList, private_key
        raise TLSHandshakeFailure("no common signature scheme")

    def _server_select_certificate(
        self, settings: Any, client_hello: Any, cipher_suites: Any, cert_chain: Any, private_key: Any, version: Any
    ) -> Any:
        fitting = CipherSuite.filter_for_certificate(cipher_suites, cert_chain)
        common = [
            suite
            for suite in self._director.allowed_suites()
            if suite in fitting and suite in client_hello.cipher_suites
        ]
        if not common:
            raise TLSHandshakeFailure("no common suite")
        scheme, chain, key = self._pickServerKeyExchangeSig(settings, client_hello, cert_chain, private_key, version)
        return common[0], scheme, chain, key

    def _serverCertKeyExchange(self, *args: Any) -> Steps:
        steps: Steps = super()._serverCertKeyExchange(
            *args[:5], args[5] and self._ours(self._director.asks_certificate), *args[6:]
        )
        return steps

    def _serverSendTickets(self, settings: Any) -> Steps:
        """Tickets without the client's certificate, of which tlslite has only a stand-in."""
        chain, self.session.clientCertChain = self.session.clientCertChain, None
        yield from super()._serverSendTickets(settings)
        self.session.clientCertChain = chain

    def _handshakeDone(self, resumed: bool) -> None:  # noqa: FBT001 - tlslite's signature
        """A client is not asked for its certificate again: it never said that it would take that."""
        super()._handshakeDone(resumed)
        self._client_keypair = None

    def _check_certchain_with_settings(self, cert_chain: Any, settings: Any) -> Steps:
        yield cert_chain.getEndEntityPublicKey()


def _joined(acts: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Neighbours of one kind in one record, as most servers send them."""
    joined: list[tuple[int, bytes]] = []
    for kind, data in acts:
        if joined and joined[-1][0] == kind == HANDSHAKE:
            joined[-1] = (kind, joined[-1][1] + data)
        else:
            joined.append((kind, data))
    return joined


check_capabilities()
