"""The private corner of pyOpenSSL that this project needs, in one place and checked when it is imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from OpenSSL import SSL, crypto
from OpenSSL._util import ffi as _ffi
from OpenSSL._util import lib as _lib

from harness.core.errors import UserError

_NEEDED = (
    "SSL_CTX_add_client_custom_ext",
    "SSL_CTX_set1_curves_list",
    "SSL_CTX_set1_sigalgs_list",
    "SSL_CTX_set_msg_callback",
    "SSL_CTX_set_tlsext_status_cb",
    "SSL_CTX_set_verify",
    "SSL_get0_param",
    "SSL_get_ex_data_X509_STORE_CTX_idx",
    "SSL_session_reused",
    "SSL_set_session",
    "X509_STORE_CTX_get_current_cert",
    "X509_STORE_CTX_get_error",
    "X509_STORE_CTX_get_error_depth",
    "X509_STORE_CTX_get_ex_data",
    "X509_STORE_CTX_set_error",
    "X509_VERIFY_PARAM_set1_host",
    "X509_VERIFY_PARAM_set_time",
    "X509_verify_cert_error_string",
    "X509_up_ref",
)
_MESSAGES = (22, 21)
"""What OpenSSL's message callback tells of: handshake messages and alerts,"""
_RECORDS = (256, 257)
"""heads of records, and of what is inside those that TLS 1.3 protects."""
_APPLICATION = b"\x17"


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
    """What one connection wants to be called for; its context, which many connections share, only finds it.

    Whoever attaches it keeps it as long as the connection.
    """

    def __init__(
        self,
        *,
        seen: Callable[[bool, int, bytes], None],
        judge: Callable[[int, int, Callable[[], bytes]], int],
        status: Callable[[], bool],
        keep: Callable[[str], None] | None = None,
        staple: bytes = b"",
    ) -> None:
        """Name the callbacks.

        Args:
            seen: told of every handshake message and alert, both ways and in the clear, and of the head of each record
                with application data that comes in: whether we sent it, its kind, its bytes.
            judge: given OpenSSL's error number, the depth, and a way to the DER, answers with the error number to
                go on with, 0 to accept.
            status: says whether the server's revocation status will do.
            keep: takes the lines of a key log.
            staple: the OCSP response that a server staples to its leaf.
        """
        self.problems: list[BaseException] = []
        """What went wrong inside a callback, to be raised again outside of OpenSSL: a fault of ours, or a Ctrl-C."""
        self.seen, self.judge, self.status, self.keep, self.staple = seen, judge, status, keep, staple

    def attach(self, connection: SSL.Connection) -> None:
        """Be called for a connection."""
        _attached[connection._ssl] = self


_attached: WeakValueDictionary[Any, Hooks] = WeakValueDictionary()
_T = TypeVar("_T")


def _guarded(ssl: Any, call: Callable[[Hooks], _T], otherwise: _T) -> _T:
    """Call a connection's hook; an exception may not cross OpenSSL, so it is kept and raised again outside."""
    hooks = _attached.get(ssl)
    if hooks is None:
        return otherwise
    try:
        return call(hooks)
    except BaseException as problem:  # noqa: BLE001 - see above
        hooks.problems.append(problem)
        return otherwise


def _message(sent: int, _version: int, kind: int, data: Any, size: int, ssl: Any, _arg: Any) -> None:
    if kind not in _MESSAGES and (sent or kind not in _RECORDS or _ffi.buffer(data, 1)[0] != _APPLICATION):
        return
    shown = bytes(_ffi.buffer(data, size))
    if (hooks := _attached.get(ssl)) is not None:
        try:
            hooks.seen(sent == 1, kind, shown)
        except BaseException as problem:  # noqa: BLE001 - nothing may cross OpenSSL; raised again outside
            hooks.problems.append(problem)


def _certificate(_ok: int, store: Any) -> int:
    ssl = _ffi.cast("SSL *", _lib.X509_STORE_CTX_get_ex_data(store, _lib.SSL_get_ex_data_X509_STORE_CTX_idx()))
    found, depth = _lib.X509_STORE_CTX_get_error(store), _lib.X509_STORE_CTX_get_error_depth(store)
    verdict = _guarded(ssl, lambda hooks: hooks.judge(found, depth, lambda: _current_certificate(store)), _UNSPECIFIED)
    _lib.X509_STORE_CTX_set_error(store, verdict)
    return int(verdict == 0)


def _status(ssl: Any, _arg: Any) -> int:
    return int(_guarded(ssl, lambda hooks: hooks.status(), False))  # noqa: FBT003 - what to go on with after a fault


_UNSPECIFIED = 1
_MESSAGE = _ffi.callback("void(int, int, int, const void *, size_t, SSL *, void *)", _message)
_CERTIFICATE = _ffi.callback("int(int, X509_STORE_CTX *)", _certificate)
_STATUS = _ffi.callback("int(SSL *, void *)", _status)


def watch_messages(context: SSL.Context) -> None:
    """Show every message of the context's connections to their hooks."""
    _lib.SSL_CTX_set_msg_callback(context._context, _MESSAGE)


def judge_certificates(context: SSL.Context, mode: int) -> None:
    """Have the hooks say what each certificate of a peer's chain is worth; `mode` as for `SSL_CTX_set_verify`."""
    _lib.SSL_CTX_set_verify(context._context, mode, _CERTIFICATE)


def judge_status(context: SSL.Context) -> None:
    """Have a client's hooks say whether the server's revocation status will do; called if it was asked for."""
    _lib.SSL_CTX_set_tlsext_status_cb(context._context, _STATUS)


def staple_status(context: SSL.Context) -> None:
    """Have a server staple what its hooks hold to the leaf, for clients that ask."""
    context.set_ocsp_server_callback(lambda connection, _data: _attached[connection._ssl].staple)


def log_keys(context: SSL.Context) -> None:
    """Give the hooks the lines of a key log."""

    def keep(connection: SSL.Connection, line: bytes) -> None:
        _guarded(connection._ssl, lambda hooks: hooks.keep(line.decode()) if hooks.keep else None, None)

    context.set_keylog_callback(keep)


class ClientExtension:
    """An extension that clients send up to TLS 1.2 and OpenSSL has no word for; keep it as long as its context."""

    def __init__(self, context: SSL.Context, number: int, body: bytes) -> None:
        """Add it to a context.

        Raises:
            ValueError: OpenSSL knows the extension and wants to send it itself.
        """
        held = _ffi.new("unsigned char[]", body)

        def add(_ssl: Any, _kind: int, out: Any, size: Any, _alert: Any, _arg: Any) -> int:
            out[0], size[0] = held, len(body)
            return 1

        def parse(_ssl: Any, _kind: int, _data: Any, _size: int, _alert: Any, _arg: Any) -> int:
            return 1

        adding = _ffi.callback("int(SSL *, unsigned int, const unsigned char **, size_t *, int *, void *)", add)
        parsing = _ffi.callback("int(SSL *, unsigned int, const unsigned char *, size_t, int *, void *)", parse)
        self._kept = (held, adding, parsing)
        null = _ffi.NULL
        added = _lib.SSL_CTX_add_client_custom_ext(context._context, number, adding, null, null, parsing, null)
        if added != 1:
            _lib.ERR_clear_error()
            raise ValueError(f"OpenSSL sends the extension {number} itself")


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


def set_time(connection: SSL.Connection, at: float) -> None:
    """Have the peer's chain checked at a Unix time in seconds."""
    _lib.X509_VERIFY_PARAM_set_time(_lib.SSL_get0_param(connection._ssl), int(at))


def offer_session(connection: SSL.Connection, session: SSL.Session) -> None:
    """Have a client offer a session of an earlier connection, also one that presented another certificate."""
    _lib.SSL_set_session(connection._ssl, session._session)


def was_resumed(connection: SSL.Connection) -> bool:
    """Whether a session of an earlier connection took the place of certificates."""
    return bool(_lib.SSL_session_reused(connection._ssl))


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
