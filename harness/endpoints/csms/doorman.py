"""Lets stations in at a backend: TLS below the WebSocket, the password, the names in the station's certificate."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import unquote

from harness.core.case import Role
from harness.endpoints.basic_auth import read_basic_auth
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.security import CsmsSecurity, names_of
from harness.endpoints.ocpp_record import OcppRecord
from harness.endpoints.ocpp_security import SecurityProfile
from harness.transports.base import ConnectionLost, LossKind, Stream
from harness.transports.clock import Clock
from harness.transports.peeked import PeekedStream
from harness.transports.tls.choice import choose_chain
from harness.transports.tls.report import TlsRefused
from harness.transports.tls.secure import secure_server
from harness.transports.tls.stream import TlsStream
from harness.transports.websocket import Refusal, UpgradeRequest

Passwords = Callable[[str], str | None]
"""From a station's id to the password that it was given; None: that which it came with."""

_HANDSHAKE = b"\x16"
PATIENCE = 10.0
"""Seconds for a TLS handshake."""


class Visitor:
    """One connection of a station, on its way in."""

    def __init__(
        self, csms: Csms, security: CsmsSecurity, stream: Stream, certificate: bytes | None, given: Passwords
    ) -> None:
        self.stream, self.certificate = stream, certificate
        self.security = security
        self.objection = ""
        """Why it was turned away."""
        self._csms, self._given = csms, given

    @property
    def name(self) -> str:
        """The name in its certificate, where the serial number told at boot must be that one (B01.FR.11)."""
        return names_of(self.certificate).common_name if self.certificate and self.security.checks_boot else ""

    def check(self, request: UpgradeRequest) -> Refusal | None:
        """What an upgrade request that may not pass is answered with."""
        if self.security.status:
            return self._turn_away("refused on purpose", Refusal(status=self.security.status))
        path = request.path.partition("?")[0]
        station_id = station_of(path)
        prefix = path.rpartition("/")[0]
        known = not self._csms.stations or station_id in self._csms.stations
        if prefix != self._csms.path.rstrip("/") or not station_id or not known:
            return self._turn_away("nobody knows this address", Refusal(status=404))
        if self.security.profile is SecurityProfile.TLS_MUTUAL:
            return self._check_certificate(station_id)
        return self._check_password(station_id, request.header("Authorization"))

    def _check_password(self, station_id: str, header: str | None) -> Refusal | None:
        usual = self._csms.password if self.security.password is None else self.security.password
        wanted = usual if usual is None else self._given(station_id) or usual
        if wanted is None or not self.security.checks_password:
            return None
        user, password = read_basic_auth(header) or ("", None)
        if password == wanted and (user == station_id or not self.security.checks_user):
            return None
        challenge = (("WWW-Authenticate", 'Basic realm="ocpp"'),)
        refusal = Refusal(status=self.security.refuses_with, headers=challenge)
        return self._turn_away("no such user, or not with that password", refusal)

    def _check_certificate(self, station_id: str) -> Refusal | None:
        if self.certificate is None:
            lenient = self.security.check == "accept" or not self.security.asks_certificate
            return None if lenient else self._turn_away("it has no certificate", Refusal(status=401))
        objection = self.security.objection(self.certificate, station_id)
        return self._turn_away(objection, Refusal(status=401)) if objection else None

    def _turn_away(self, objection: str, refusal: Refusal) -> Refusal:
        self.objection = objection
        return refusal


class Doorman:
    """Counts connections, and secures each as the backend's security profile has it."""

    def __init__(self, csms: Csms, clock: Clock, record: OcppRecord, *, given: Passwords) -> None:
        """Nobody has come yet; `given` tells the passwords that stations were given since."""
        self._csms, self._clock, self._record, self._given = csms, clock, record, given
        self._count = 0
        self._shut = False

    async def meet(self, stream: Stream) -> Visitor:
        """Secure a fresh connection.

        Raises:
            TlsRefused: no TLS connection came of it.
            ConnectionLost: the station is gone.
        """
        security = self._csms.security.at(self._count)
        self._count += 1
        if security.opening or security.silent:
            await self._play(stream, security)
        if self._shut:
            stream.abort()
            raise ConnectionLost(LossKind.ABORTED, "serves nobody any more")
        if security.takes_plain:
            stream, plain = await self._look(stream)
        if not security.profile.secured or (security.takes_plain and plain):
            return Visitor(self._csms, security, stream, None, self._given)
        try:
            secured = await self._secure(stream, security)
        except (TlsRefused, ConnectionLost):
            self.refused()
            raise
        chain = secured.report.peer_chain
        return Visitor(self._csms, security, secured, chain[0] if chain else None, self._given)

    def refused(self) -> None:
        """Somebody was turned away."""
        self._shut = not self._csms.security.survives_refusal

    async def _look(self, stream: Stream) -> tuple[Stream, bool]:
        """The stream to go on with, and whether it does not begin with a record of TLS."""
        peeked = PeekedStream(stream)
        return peeked, (await peeked.peek(bool))[:1] != _HANDSHAKE

    async def _play(self, stream: Stream, security: CsmsSecurity) -> None:
        """Something else than a backend says, and then the end."""
        if security.silent:
            while await stream.receive():
                self._record.note(Role.CSMS, "says nothing here, on purpose", deliberate=True)
        await stream.send(security.opening)
        await stream.close()
        raise ConnectionLost(LossKind.ABORTED, "closed on purpose")

    async def _secure(self, stream: Stream, security: CsmsSecurity) -> TlsStream:
        mutual = security.profile is SecurityProfile.TLS_MUTUAL
        try:
            async with asyncio.timeout(PATIENCE):
                stream, chain = await choose_chain(stream, security.chains or ())
        except TimeoutError:
            stream.abort()
            raise ConnectionLost(LossKind.ABORTED, f"no hello within {PATIENCE:g} s") from None
        return await secure_server(
            stream,
            chain,
            (security.roots or ()) if mutual else (),
            security.tls_profile,
            now=self._clock.now,
            timeout=PATIENCE,
            check=security.check,
            asks_certificate=mutual and security.asks_certificate,
            on_event=lambda event: self._record.tls(event, Role.CSMS),
            adversary=security.adversary,
        )


def station_of(path: str) -> str:
    """The id of the station that an address ends with."""
    return unquote(path.partition("?")[0].rpartition("/")[2])
