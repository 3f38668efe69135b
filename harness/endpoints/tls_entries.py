"""What happened in TLS, as an entry of a trace."""

from __future__ import annotations

from harness.trace.entry import TlsSeen
from harness.transports.tls.report import TlsEvent


def tls_body(event: TlsEvent) -> TlsSeen:
    """The body of an entry about `event`; its sender is our role if `event.sent`, else the peer's."""
    return TlsSeen(event=event.event, facts=event.facts, alert=event.alert, detail=event.detail)
