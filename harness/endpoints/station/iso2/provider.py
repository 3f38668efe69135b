"""What a station knows of contracts: whom it trusts, and what it can hand out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

from harness.pki.credentials import Credentials


class Provider(Struct, frozen=True, kw_only=True):
    """The mobility operator, the provisioning service and the manufacturers behind a station."""

    contract_roots: tuple[bytes, ...] = ()
    """DER of the roots that a contract chain may end at."""
    provisioning_roots: tuple[bytes, ...] = ()
    """DER of the roots that an OEM provisioning certificate may end at."""
    provisioning_intermediates: tuple[bytes, ...] = ()
    """DER of the CAs between them, which CertificateInstallationReq of ISO 15118-2 has no place for."""
    revoked: frozenset[bytes] = frozenset()
    """Certificates (DER) known to be revoked."""
    contract: Credentials | None = None
    """What an installation or an update hands out; None: there is no contract for anybody."""
    contracts: Mapping[str, tuple[Credentials, ...]] = {}
    """What an installation of ISO 15118-20 hands out, by PCID; nobody else has a contract."""
    service: Credentials | None = None
    """The certificate provisioning service, which signs it."""
    tariff_signer: Credentials | None = None
    """The mobility operator's CA whose key signs tariffs; None: they go unsigned."""
    accounts: Collection[str] | None = None
    """EMAIDs that may charge here; None: all."""
    cancelled: Collection[str] = ()
    """EMAIDs of contracts that were cancelled."""
    earlier: Provider | None = None
    """What there is for EVs of ISO 15118-2, whose signatures are on secp256r1; None: the same."""
    strict: bool = True
    """Refuse signatures that prove what they should and are not written as the standard has it."""
