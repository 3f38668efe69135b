"""How a station goes about certificates: what its backend may install, what it asks for by itself, whom it asks."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from harness.pki.recipe import DAY

STATION, SECC = "ChargingStationCertificate", "V2GCertificate"
"""What a certificate is signed for (CertificateSigningUseEnumType)."""


class CertificateTerms(Struct, frozen=True, kw_only=True):
    """Certificates over OCPP and contracts of EVs, as one station has it; times in s."""

    organisation: str = "Harness CSO"
    """Of its requests for certificates, where no certificate tells another one."""
    country: str = "DE"
    secc_id: str = "DEHARSHARNESS000000000000000000000000001"
    secc_domain: str = "HARNESSCSO"
    """Domain component of the certificate towards EVs."""
    secc_key: Literal["secp521r1", "secp256r1", "ed448"] = "secp521r1"
    """What the key towards EVs is to be; that of the certificate in use goes before."""

    signing_wait: float = 30.0
    """CertSigningWaitMinimum: until a request for a certificate is repeated first; doubled each time (A02.FR.18)."""
    signing_repeats: int = 2
    """CertSigningRepeatTimes."""
    renews_before: float = 30.0 * DAY
    """Seconds before the end of a certificate from which on another one is asked for (A03.FR.02)."""
    renews_at_boot: tuple[str, ...] = ()
    """Certificates that it has renewed as soon as it is accepted, whether they run out or not."""
    longest_chain: int = 8_000
    """MaxCertificateChainSize, characters."""
    most_roots: int = 20
    """CertificateEntries: roots that have room."""
    additional_root_check: bool = False
    """AdditionalRootCertificateCheck: a new root of the backend must be signed by the old one."""
    status_interval: float = 7.0 * DAY
    """Until the status of the chain towards EVs is asked for again (M06.FR.10)."""
    asks_status_at_boot: bool = False
    """Has the backend tell the status of the chain towards EVs as soon as it is accepted."""

    contracts_from: Literal["station", "backend"] = "station"
    """Who hands out contracts: what stands behind the station itself, or the backend (Get15118EVCertificate)."""
    central_validation: bool = False
    """CentralContractValidationAllowed: a contract whose root is not here goes to the backend as a whole."""
    answer_within: float = 4.5
    """How long the backend may take over a contract for an EV of ISO 15118-2, which cannot be told to wait."""
