"""Finding a station over SDP: the EV's retries and the station's answers, without sockets or clocks."""

from __future__ import annotations

from msgspec import Struct

from harness.framing.sdp import SdpFault, SdpRequest, SdpResponse, Security, TransportProtocol, decode_datagram

RETRY = 0.25
"""Seconds between two requests of an EV."""
ATTEMPTS = 50
"""Requests after which an EV gives up."""


class Answered(Struct, frozen=True, kw_only=True):
    """A station answered; `refusal` says why an EV cannot use the answer, empty if it can."""

    response: SdpResponse
    refusal: str = ""


class SdpClient:
    """An EV looks for a station: asks again and again until somebody gives an answer it can use."""

    def __init__(
        self,
        request: SdpRequest,
        *,
        accept_plain: bool = False,
        retry: float = RETRY,
        attempts: int = ATTEMPTS,
        factor: float = 1.0,
    ) -> None:
        """Prepare a search.

        Args:
            request: what to ask for.
            accept_plain: take an answer without TLS even though TLS was asked for.
            retry: seconds between two requests.
            attempts: requests until giving up.
            factor: multiplies `retry`, for slow machines and peers.
        """
        self.request = request
        self.accept_plain = accept_plain
        self.sent = 0
        self.answer: SdpResponse | None = None
        """The first answer that can be used."""
        self.exhausted = False
        """True once all attempts went unanswered."""
        self._retry = retry * factor
        self._attempts = attempts
        self._next: float | None = None
        self._outbox: list[bytes] = []

    def begin(self, at: float) -> None:
        """Send the first request."""
        self._next = at
        self.expire(at)

    def receive(self, data: bytes) -> Answered | SdpFault:
        """Take a datagram; the first answer that can be used ends the search."""
        heard = decode_datagram(data)
        if isinstance(heard, SdpFault):
            return heard
        if isinstance(heard, SdpRequest):
            return SdpFault(what="a request where a response was awaited", raw=data)
        refusal = self._refusal(heard)
        if not refusal and self.answer is None:
            self.answer = heard
            self._next = None
        return Answered(response=heard, refusal=refusal)

    def deadline(self) -> float | None:
        """When the next request is due; None once the search is over."""
        return self._next

    def expire(self, at: float) -> None:
        """Ask again if it is time to, or give up."""
        if self._next is None or at < self._next:
            return
        if self.sent >= self._attempts:
            self.exhausted, self._next = True, None
            return
        self.sent += 1
        self._outbox.append(self.request.frame().encode())
        self._next = at + self._retry

    def outbox(self) -> list[bytes]:
        """Datagrams to send since the last call."""
        outbox, self._outbox = self._outbox, []
        return outbox

    def _refusal(self, response: SdpResponse) -> str:
        problems = response.problems()
        if problems:
            return "; ".join(problems)
        if self.request.security == Security.TLS and response.security == Security.NONE and not self.accept_plain:
            return "TLS was asked for, the answer offers none"
        return ""


class SdpServer(Struct, frozen=True, kw_only=True):
    """How a station answers: where it listens, with TLS and without; None where it does not."""

    host: str
    tls_port: int | None = None
    plain_port: int | None = None

    def read(self, data: bytes) -> SdpRequest | SdpResponse | SdpFault:
        """What a datagram says."""
        return decode_datagram(data)

    def answer(self, request: SdpRequest) -> SdpResponse | None:
        """The answer to a request; None if the station has nothing to offer over this transport.

        TLS is answered with TLS (V2G20-1238) wherever there is a TLS port; a station that lacks what was asked for
        names what it has, and leaves the decision to the EV (V2G2-627, V2G2-628).
        """
        if request.transport != TransportProtocol.TCP:
            return None
        order = (self._tls(), self._plain())
        if request.security == Security.NONE:
            order = (self._plain(), self._tls())
        return next((response for response in order if response is not None), None)

    def _tls(self) -> SdpResponse | None:
        return None if self.tls_port is None else SdpResponse.of(self.host, self.tls_port, Security.TLS)

    def _plain(self) -> SdpResponse | None:
        return None if self.plain_port is None else SdpResponse.of(self.host, self.plain_port, Security.NONE)
