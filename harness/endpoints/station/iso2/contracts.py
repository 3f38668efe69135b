"""What a station of ISO 15118-2 holds against the contract or provisioning certificate of an EV."""

from __future__ import annotations

from harness.endpoints.station.iso2.provider import Provider
from harness.messages.iso2.codes import ResponseCode
from harness.pki.path import check_path
from harness.pki.recipe import DAY
from harness.security.authorization import common_name
from harness.security.authorization import expires_soon as expires_within

_SOON = 21 * DAY
"""Seconds before its end from which on a certificate expires soon (V2G2-690)."""
_BY_CODE = {
    "path.expired": ResponseCode.FAILED_CERTIFICATE_EXPIRED,
    "path.revoked": ResponseCode.FAILED_CERTIFICATE_REVOKED,
}
"""Which code says what was found; all else that is wrong with a chain is a chain error."""


def contract_refusal(provider: Provider, chain: tuple[bytes, ...], emaid: str, at: float) -> ResponseCode | None:
    """Why a contract is of no use here; None if it may charge."""
    refused = chain_refusal(chain, provider.contract_roots, provider.revoked, at)
    if refused is not None:
        return refused
    if _plain(common_name(chain[0])) != _plain(emaid):
        # The account has to be the one that the certificate names (V2G2-108).
        return ResponseCode.FAILED_CERT_CHAIN_ERROR
    if _plain(emaid) in {_plain(one) for one in provider.cancelled}:
        return ResponseCode.FAILED_CONTRACT_CANCELED
    if provider.accounts is not None and _plain(emaid) not in {_plain(one) for one in provider.accounts}:
        return ResponseCode.FAILED_CERTIFICATE_NOT_ALLOWED_AT_THIS_EVSE
    return None


def chain_refusal(
    chain: tuple[bytes, ...], roots: tuple[bytes, ...], revoked: frozenset[bytes], at: float
) -> ResponseCode | None:
    """Why a chain leads to no trusted root now; None if it does."""
    found = check_path(chain, roots, at, revoked=revoked)
    codes = [_BY_CODE.get(one.code, ResponseCode.FAILED_CERT_CHAIN_ERROR) for one in found]
    return next(iter(codes), None)


def expires_soon(certificate: bytes, at: float) -> bool:
    """Whether a contract certificate should be renewed."""
    return expires_within(certificate, at, _SOON)


def _plain(emaid: str) -> str:
    return emaid.replace("-", "").upper()
