"""Being a TLS client or server on a fresh stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack

from harness.pki.credentials import Credentials
from harness.transports.base import Stream
from harness.transports.tls.adversary import Adversary
from harness.transports.tls.anchors import Anchored
from harness.transports.tls.engine import TlsEngine
from harness.transports.tls.engine_openssl import OpensslEngine
from harness.transports.tls.profile import TlsProfile
from harness.transports.tls.report import Check, TlsRole
from harness.transports.tls.setup import KeyLog, Revocation, TlsSetup
from harness.transports.tls.stream import Now, OnEvent, TlsStream


class More(TypedDict, total=False):
    """Fields of `TlsSetup` that few connections need."""

    keylog: KeyLog | None
    staples: tuple[bytes, ...]
    revocation: Revocation
    statuses: tuple[bytes, ...]
    tickets: bool
    session: object | None
    others: tuple[Anchored, ...]
    adversary: Adversary | None


async def secure_client(
    stream: Stream,
    credentials: Credentials | None,
    roots: Sequence[bytes],
    profile: TlsProfile,
    *,
    now: Now,
    timeout: float = 10.0,
    settle: float = 0.25,
    server_name: str | None = None,
    check: Literal["strict", "accept"] | Check = "strict",
    on_event: OnEvent | None = None,
    **more: Unpack[More],
) -> TlsStream:
    """Be the TLS client on a fresh stream.

    Args:
        stream: what to talk over; closed if the handshake comes to nothing.
        credentials: what to present if asked; None presents nothing.
        roots: DER of the roots that the server's chain may end at.
        profile: what to offer.
        now: tells the Unix time in seconds; the server's chain is checked at that time.
        timeout: seconds for the handshake.
        settle: seconds to wait, after a TLS 1.3 handshake, for the server's refusal or its first sign of consent;
            some servers give no sign, and nothing else tells a refusal from a connection that broke.
        server_name: host name to ask for and to check the server's leaf against.
        check: `strict` refuses a bad chain as a conformant endpoint would; `accept` takes any and notes what is wrong.
        on_event: called with everything worth recording.
        more: other fields of `TlsSetup` (key log, OCSP responses, misbehaviour).

    Raises:
        TlsRefused: no connection came of it; carries the report.
    """
    setup = TlsSetup(
        role=TlsRole.CLIENT,
        profile=profile,
        credentials=credentials,
        roots=roots,
        at=now(),
        check=Check(check),
        server_name=server_name or "",
        **more,
    )
    secured = TlsStream(stream, engine_for(setup), now, on_event)
    await secured.establish(timeout, settle)
    return secured


async def secure_server(
    stream: Stream,
    credentials: Credentials,
    roots: Sequence[bytes],
    profile: TlsProfile,
    *,
    now: Now,
    timeout: float = 10.0,
    check: Literal["strict", "accept"] | Check = "strict",
    asks_certificate: bool | None = None,
    on_event: OnEvent | None = None,
    **more: Unpack[More],
) -> TlsStream:
    """Be the TLS server on a fresh stream.

    Args:
        stream: what to talk over; closed if the handshake comes to nothing.
        credentials: what to present.
        roots: DER of the roots that the client's chain may end at; listed in the CertificateRequest.
        profile: what to allow.
        now: tells the Unix time in seconds; the client's chain is checked at that time.
        timeout: seconds for the handshake.
        check: `strict` refuses a bad chain, or none; `accept` takes anything and notes what is wrong.
        asks_certificate: ask for a client certificate; by default if there are roots to check it against.
        on_event: called with everything worth recording.
        more: other fields of `TlsSetup` (key log, OCSP responses, misbehaviour).

    Raises:
        TlsRefused: no connection came of it; carries the report.
    """
    setup = TlsSetup(
        role=TlsRole.SERVER,
        profile=profile,
        credentials=credentials,
        roots=roots,
        at=now(),
        check=Check(check),
        asks_certificate=bool(roots) if asks_certificate is None else asks_certificate,
        **more,
    )
    secured = TlsStream(stream, engine_for(setup), now, on_event)
    await secured.establish(timeout, 0.0)
    return secured


def engine_for(setup: TlsSetup) -> TlsEngine:
    """The engine that can do what a setup wants."""
    if setup.needs_adversary:
        # Loaded only where it is needed: tlslite-ng takes its time.
        from harness.transports.tls.engine_adversary import AdversaryEngine

        return AdversaryEngine(setup)
    return OpensslEngine(setup)
