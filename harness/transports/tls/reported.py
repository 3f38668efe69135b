"""The report of a handshake from what both engines keep alike: their terms and their journal."""

from __future__ import annotations

from typing import Any

from harness.transports.tls.journal import Journal
from harness.transports.tls.report import HandshakeReport
from harness.transports.tls.setup import TlsSetup


def reported(setup: TlsSetup, journal: Journal, **own: Any) -> HandshakeReport:
    """What was seen so far; `own` are the fields that each engine finds out in its own way."""
    return HandshakeReport(
        role=setup.role,
        profile=setup.profile.name,
        check=setup.check,
        signature_scheme=journal.signature_scheme(),
        staples=journal.staples(),
        tickets=journal.tickets,
        peer_chain=journal.peer_chain(),
        presented=journal.own_chain(),
        client_hello=journal.client_hello(),
        server_hello=journal.server_hello(),
        encrypted_extensions=journal.encrypted_extensions(),
        certificate_request=journal.certificate_request(),
        retried=journal.retried,
        early_data=journal.early_data,
        renegotiations=journal.renegotiations,
        key_updates=journal.key_updates,
        unreadable=journal.unreadable,
        keylog=setup.keylog is not None,
        alerts=tuple(journal.alerts),
        started=setup.at,
        **own,
    )
