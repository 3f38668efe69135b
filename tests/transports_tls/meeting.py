"""Both ends of a TLS connection over one network, for the tests beside this file."""

from __future__ import annotations

import asyncio
from typing import Any

from harness.pki.build import Pki
from harness.pki.credentials import Credentials
from harness.transports.base import Network
from harness.transports.clock import running_clock
from harness.transports.contract import connected
from harness.transports.memory import MemoryNetwork
from harness.transports.tls.profile import STRICT_20, TlsProfile
from harness.transports.tls.report import HandshakeReport, TlsRefused
from harness.transports.tls.secure import secure_client, secure_server
from harness.transports.tls.stream import TlsStream


async def secured_pair(
    pki: Pki, *, network: Network | None = None, profile: TlsProfile = STRICT_20
) -> tuple[TlsStream, TlsStream]:
    """Both ends of an established connection, client first."""
    client, server = await connected(network or MemoryNetwork())
    now = running_clock().now
    return await asyncio.gather(
        secure_client(client, pki.vehicle_chain(), pki.v2g_roots, profile, now=now),
        secure_server(server, pki.secc_chain(), pki.oem_roots, profile, now=now),
    )


async def shake_hands(
    pki: Pki,
    *,
    vehicle: Credentials | None = None,
    station: Credentials | None = None,
    client: dict[str, Any] | None = None,
    server: dict[str, Any] | None = None,
    client_profile: TlsProfile = STRICT_20,
    server_profile: TlsProfile = STRICT_20,
    bare: bool = False,
) -> tuple[HandshakeReport, HandshakeReport]:
    """What each side, client first, says about one handshake in memory; a bare client has no certificate."""
    one, other = await connected(MemoryNetwork())
    now = running_clock().now
    presented = None if bare else vehicle or pki.vehicle_chain()
    return await asyncio.gather(
        told(secure_client(one, presented, pki.v2g_roots, client_profile, now=now, **(client or {}))),
        told(
            secure_server(other, station or pki.secc_chain(), pki.oem_roots, server_profile, now=now, **(server or {}))
        ),
    )


async def told(securing: Any) -> HandshakeReport:
    """The report of a handshake, whatever came of it."""
    try:
        stream: TlsStream = await securing
    except TlsRefused as refused:
        return refused.report
    return stream.report
