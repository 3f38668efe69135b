"""The OpenSSL contexts that connections are made from: what is the same for all connections of one kind."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha1

from cryptography import x509
from msgspec import Struct
from OpenSSL import SSL, crypto

from harness.pki.credentials import Credentials
from harness.transports.tls import adapter
from harness.transports.tls.hello import TRUSTED_CA_KEYS
from harness.transports.tls.profile import TlsProfile, TlsVersion
from harness.transports.tls.report import Check, TlsRole
from harness.transports.tls.setup import TlsSetup

_VERSIONS = {
    TlsVersion.TLS11: SSL.TLS1_1_VERSION,
    TlsVersion.TLS12: SSL.TLS1_2_VERSION,
    TlsVersion.TLS13: SSL.TLS1_3_VERSION,
}
_NO_AUTO_CHAIN = 0x8
"""OpenSSL would otherwise complete a chain that is short on purpose from the trusted roots."""
_CERTIFICATE_SHA1 = 3


class Made(Struct, frozen=True):
    """A context, and what must live as long."""

    context: SSL.Context
    kept: tuple[adapter.ClientExtension, ...]


class _Presented:
    """A chain and its key, equal to any other of the same bytes and the same key object."""

    __slots__ = ("chain", "key")

    def __init__(self, credentials: Credentials) -> None:
        self.chain, self.key = credentials.chain, credentials.key.reveal()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Presented) and other.chain == self.chain and other.key is self.key

    def __hash__(self) -> int:
        return hash((self.chain, id(self.key)))


class _Terms(Struct, frozen=True, kw_only=True):
    """What makes one context differ from another."""

    role: TlsRole
    profile: TlsProfile
    presented: _Presented | None
    roots: tuple[bytes, ...]
    mode: int
    staples: bool
    tickets: bool
    logs_keys: bool


def context_for(setup: TlsSetup) -> Made:
    """A context for a setup; setups alike in all that it depends on share it, and with it a server's ticket keys.

    Raises:
        ValueError: the profile names a group or signature scheme that OpenSSL does not know.
    """
    return _made(
        _Terms(
            role=setup.role,
            profile=setup.profile,
            presented=_Presented(setup.credentials) if setup.credentials is not None else None,
            roots=tuple(setup.roots),
            mode=_mode(setup),
            staples=any(setup.staples),
            tickets=setup.tickets,
            logs_keys=setup.keylog is not None,
        )
    )


@lru_cache(maxsize=64)
def _made(terms: _Terms) -> Made:
    context = _bare(terms.profile)
    _arm(context, terms)
    if terms.role is TlsRole.SERVER and not terms.tickets:
        context.set_options(SSL.OP_NO_TICKET)
    adapter.watch_messages(context)
    adapter.judge_certificates(context, terms.mode)
    kept: tuple[adapter.ClientExtension, ...] = ()
    if terms.role is TlsRole.CLIENT:
        adapter.judge_status(context)
        kept = _extensions(context, terms)
    elif terms.staples:
        adapter.staple_status(context)
    if terms.logs_keys:
        adapter.log_keys(context)
    return Made(context, kept)


def _bare(profile: TlsProfile) -> SSL.Context:
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(_VERSIONS[profile.lowest])
    context.set_max_proto_version(_VERSIONS[profile.highest])
    context.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION | SSL.OP_CIPHER_SERVER_PREFERENCE)
    context.set_mode(_NO_AUTO_CHAIN)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_session_id(b"v2x")
    # Level 0: weak keys are what some flaws are made of; strict profiles have rules of their own for them.
    suites = ":".join(profile.suites12) or "DEFAULT"
    context.set_cipher_list(f"{suites}:@SECLEVEL=0".encode())
    if profile.suites13:
        context.set_tls13_ciphersuites(":".join(profile.suites13).encode())
    if profile.groups:
        adapter.set_groups(context, profile.groups)
    if profile.signature_schemes:
        adapter.set_signature_schemes(context, profile.signature_schemes)
    return context


def _arm(context: SSL.Context, terms: _Terms) -> None:
    """Give the context keys and anchors."""
    if terms.presented is not None:
        leaf, *more = [x509.load_der_x509_certificate(der) for der in terms.presented.chain]
        context.use_certificate(leaf)
        context.use_privatekey(terms.presented.key)
        for certificate in more:
            context.add_extra_chain_cert(certificate)
    store = context.get_cert_store()
    for root in terms.roots:
        anchor = x509.load_der_x509_certificate(root)
        if store is not None:
            store.add_cert(crypto.X509.from_cryptography(anchor))
        if terms.role is TlsRole.SERVER:
            context.add_client_ca(anchor)


def _extensions(context: SSL.Context, terms: _Terms) -> tuple[adapter.ClientExtension, ...]:
    """What a client of ISO 15118-2 says that OpenSSL by itself does not."""
    if not terms.profile.names_roots:
        return ()
    digests = (sha1(root, usedforsecurity=False).digest() for root in terms.roots)
    listed = b"".join(bytes([_CERTIFICATE_SHA1]) + digest for digest in digests)
    body = len(listed).to_bytes(2, "big") + listed
    return (adapter.ClientExtension(context, TRUSTED_CA_KEYS, body),)


def _mode(setup: TlsSetup) -> int:
    if setup.role is TlsRole.SERVER and not setup.asks_certificate:
        return SSL.VERIFY_NONE
    if setup.role is TlsRole.SERVER and setup.check is Check.STRICT:
        return SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT
    return SSL.VERIFY_PEER
