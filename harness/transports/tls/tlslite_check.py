"""See that the installed tlslite-ng still has the hooks that the adversary engine overrides."""

from __future__ import annotations

import inspect
from importlib.metadata import version as installed
from typing import Any

from harness.core.errors import UserError
from harness.transports.tls.tlslite_names import RecordLayer, RecordSocket, TLSConnection

_RELEASE = "0.8."
_NEEDED: dict[type, dict[str, tuple[str, ...]]] = {
    TLSConnection: {
        "_calcPendingStates": ("cipherSuite", "masterSecret", "clientRandom", "serverRandom", "implementations"),
        "_check_certchain_with_settings": ("cert_chain", "settings"),
        "_getKEX": ("group", "version"),
        "_getMsg": ("expectedType", "secondaryType", "constructorType"),
        "_getNextRecord": (),
        "_handshakeClientAsync": ("certParams", "settings"),
        "_handshakeDone": ("resumed",),
        "_pickServerKeyExchangeSig": ("settings", "clientHello", "certList", "private_key", "version"),
        "_queue_flush": (),
        "_queue_message": ("msg",),
        "_sendError": ("alertDescription", "errorStr"),
        "_sendMsg": ("msg", "randomizeFirstBlock", "update_hashes"),
        "_server_select_certificate": ("settings", "client_hello", "cipher_suites", "cert_chain", "private_key"),
        "_serverCertKeyExchange": ("clientHello", "reqCert"),
        "_serverSendTickets": ("settings",),
        "_shutdown": ("resumable",),
        "_sigHashesToList": ("settings", "privateKey", "certList", "version"),
        "handshakeServerAsync": ("certChain", "privateKey", "reqCert", "settings"),
        "readAsync": ("max", "min"),
        "send_keyupdate_request": ("message_type",),
    },
    RecordLayer: {
        "_getCipherSettings": ("cipherSuite",),
        "calcTLS1_3PendingState": ("cipherSuite", "cl_traffic_secret", "sr_traffic_secret"),
        "calcPendingStates": ("cipherSuite", "masterSecret", "clientRandom"),
    },
    RecordSocket: {"_recvHeader": (), "_sockRecvAll": ("length",)},
}


def check_capabilities() -> None:
    """See that the installed tlslite-ng still has what the engine overrides.

    Raises:
        UserError: something is gone; a hook would otherwise never be called, and a test would test something else.
    """
    gone = [
        f"{kind.__name__}.{name}({', '.join(names)})"
        for kind, needed in _NEEDED.items()
        for name, names in needed.items()
        if not callable(getattr(kind, name, None)) or not set(names) <= set(_parameters(getattr(kind, name)))
    ]
    if gone or not installed("tlslite-ng").startswith(_RELEASE):
        raise UserError(
            f"the adversary engine is made for releases {_RELEASE}*"
            + (f" and needs {', '.join(gone)}, which this one does not have" if gone else ""),
            where=f"tlslite-ng {installed('tlslite-ng')}",
            do="install the release of tlslite-ng that pyproject.toml pins",
        )


def _parameters(function: Any) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)
