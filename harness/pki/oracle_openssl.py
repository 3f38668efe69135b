"""What a peer that is built on OpenSSL would say of a chain."""

from __future__ import annotations

from datetime import UTC, datetime

from harness.pki.oracle_voice import Observation, Opinion, Question, Voice, one_line, unreadable
from harness.pki.recipe import ExtendedUse

_IGNORE_CRITICAL = 0x10
_PURPOSES = {ExtendedUse.CLIENT: "X509_PURPOSE_SSL_CLIENT", ExtendedUse.SERVER: "X509_PURPOSE_SSL_SERVER"}


def openssl_opinion(question: Question, *, ignoring_critical: bool = False) -> Opinion:
    """Let OpenSSL verify the chain as it does in a handshake; it tells the number of the error it stops at."""
    voice = Voice.OPENSSL_LENIENT if ignoring_critical else Voice.OPENSSL
    try:
        found = _verified(question, _IGNORE_CRITICAL if ignoring_critical else 0)
    except Exception as problem:  # noqa: BLE001 - bytes that it cannot read raise errors of several kinds
        found = unreadable(problem)
    return Opinion(voice=voice, observations=() if found is None else (found,))


def _verified(question: Question, flags: int) -> Observation | None:
    from OpenSSL import crypto

    store = crypto.X509Store()
    for root in question.roots:
        store.add_cert(crypto.load_certificate(crypto.FILETYPE_ASN1, root))
    store.set_time(datetime.fromtimestamp(question.at, tz=UTC))
    if flags:
        store.set_flags(flags)
    _for_purpose(store, question.rules.extended_use)
    leaf, *above = (crypto.load_certificate(crypto.FILETYPE_ASN1, one) for one in question.chain)
    try:
        crypto.X509StoreContext(store, leaf, above).verify_certificate()
    except crypto.X509StoreContextError as refusal:
        number, depth, text = refusal.errors
        return Observation(code=str(number), text=one_line(text), depth=depth)
    return None


def _for_purpose(store: object, use: ExtendedUse | None) -> None:
    """Check the purpose of the leaf as a handshake does, where the binding still has the call that pyOpenSSL hides."""
    from OpenSSL import crypto

    binding, handle = getattr(crypto, "_lib", None), getattr(store, "_store", None)
    call = getattr(binding, "X509_STORE_set_purpose", None)
    number = getattr(binding, _PURPOSES[use], None) if use in _PURPOSES else None
    if call is not None and number is not None and handle is not None:
        call(handle, number)
