"""The private corner of pyOpenSSL that this project needs, in one place and checked when it is imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from OpenSSL import SSL, crypto
from OpenSSL._util import ffi as _ffi
from OpenSSL._util import lib as _lib

from harness.core.errors import UserError

_NEEDED = (
    "SSL_CTX_set1_curves_list",
    "SSL_CTX_set1_sigalgs_list",
    "SSL_CTX_set_msg_callback",
    "SSL_CTX_set_verify",
    "SSL_get0_param",
    "X509_STORE_CTX_get_current_cert",
    "X509_STORE_CTX_get_error",
    "X509_STORE_CTX_get_error_depth",
    "X509_STORE_CTX_set_error",
    "X509_VERIFY_PARAM_set1_host",
    "X509_verify_cert_error_string",
    "X509_up_ref",
)

MessageSeen = Callable[[bool, int, bytes], None]
"""Called with: sent by us, content type of the record, the whole message."""

CertificateSeen = Callable[[int, int, bytes], int]
"""Called with: error number of OpenSSL, depth, DER; answers with the error number to go on with, 0 to accept."""


def check_capabilities() -> None:
    """See that the installed libraries still have what the engine needs.

    Raises:
        UserError: something is gone; a run would otherwise fail in the middle, or worse, test something else.
    """
    missing = [name for name in _NEEDED if not hasattr(_lib, name)]
    if missing:
        raise UserError(
            f"the TLS engine needs {', '.join(missing)}, which this release does not bind",
            where=f"pyOpenSSL on {SSL.SSLeay_version(SSL.SSLEAY_VERSION).decode()}",
            do="install the releases of pyOpenSSL and cryptography that pyproject.toml pins",
        )


class Hooks:
    """Callbacks into Python that must outlive the context that they are set on."""

    def __init__(self) -> None:
        self.problems: list[Exception] = []
        """What went wrong inside a callback: our own fault, to be raised again outside of OpenSSL."""
        self._kept: list[Any] = []

    def watch_messages(self, context: SSL.Context, seen: MessageSeen) -> None:
        """Show every handshake message, alert and record header, both ways, in the clear."""

        def callback(sent: int, _version: int, kind: int, data: Any, size: int, _ssl: Any, _arg: Any) -> None:
            try:
                seen(bool(sent), kind, bytes(_ffi.buffer(data, size)))
            except Exception as problem:  # noqa: BLE001 - an exception may not cross OpenSSL; raised again outside
                self.problems.append(problem)

        kept = _ffi.callback("void(int, int, int, const void *, size_t, SSL *, void *)", callback)
        self._kept.append(kept)
        _lib.SSL_CTX_set_msg_callback(context._context, kept)

    def judge_certificates(self, context: SSL.Context, mode: int, judge: CertificateSeen) -> None:
        """Have `judge` say what each certificate of the peer's chain is worth; `mode` as for `SSL_CTX_set_verify`."""

        def callback(_ok: int, store: Any) -> int:
            try:
                found = _lib.X509_STORE_CTX_get_error(store)
                depth = _lib.X509_STORE_CTX_get_error_depth(store)
                verdict = judge(found, depth, _current_certificate(store))
            except Exception as problem:  # noqa: BLE001 - an exception may not cross OpenSSL; raised again outside
                self.problems.append(problem)
                return 0
            _lib.X509_STORE_CTX_set_error(store, verdict)
            return int(verdict == 0)

        kept = _ffi.callback("int(int, X509_STORE_CTX *)", callback)
        self._kept.append(kept)
        _lib.SSL_CTX_set_verify(context._context, mode, kept)


def set_groups(context: SSL.Context, names: Sequence[str]) -> None:
    """Allow these groups for the key exchange, in order of preference.

    Raises:
        ValueError: OpenSSL does not know one of them.
    """
    if _lib.SSL_CTX_set1_curves_list(context._context, ":".join(names).encode()) != 1:
        _lib.ERR_clear_error()
        raise ValueError(f"OpenSSL takes no such groups: {names}")


def set_signature_schemes(context: SSL.Context, names: Sequence[str]) -> None:
    """Allow these signature schemes, in order of preference.

    Raises:
        ValueError: OpenSSL does not know one of them.
    """
    if _lib.SSL_CTX_set1_sigalgs_list(context._context, ":".join(names).encode()) != 1:
        _lib.ERR_clear_error()
        raise ValueError(f"OpenSSL takes no such signature schemes: {names}")


def require_host(connection: SSL.Connection, host: str) -> None:
    """Have the peer's leaf checked against a host name (subjectAltName, else common name)."""
    name = host.encode()
    _lib.X509_VERIFY_PARAM_set1_host(_lib.SSL_get0_param(connection._ssl), name, len(name))


def error_text(number: int) -> str:
    """What OpenSSL calls a verification error."""
    return bytes(_ffi.string(_lib.X509_verify_cert_error_string(number))).decode()


def _current_certificate(store: Any) -> bytes:
    raw = _lib.X509_STORE_CTX_get_current_cert(store)
    if raw == _ffi.NULL:
        return b""
    _lib.X509_up_ref(raw)
    return crypto.dump_certificate(crypto.FILETYPE_ASN1, crypto.X509._from_raw_x509_ptr(raw))


check_capabilities()
