"""The certificates of a station: roots that it trusts by what for, and chains that it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cryptography import x509
from msgspec import Struct

from harness.endpoints.ocpp_certificates import ALGORITHMS, HashData, hashes_of, loaded, read_pem, same, with_issuers
from harness.endpoints.station.certificate_terms import SECC, STATION, CertificateTerms
from harness.pki.credentials import Credentials
from harness.pki.lint import parse_certificate
from harness.pki.path import check_path, issued_by

V2G_ROOT, MO_ROOT = "V2GRootCertificate", "MORootCertificate"
CSMS_ROOT, MANUFACTURER_ROOT = "CSMSRootCertificate", "ManufacturerRootCertificate"
V2G_CHAIN = "V2GCertificateChain"
"""What a certificate is installed for (GetCertificateIdUseEnumType)."""
ROOTS = (V2G_ROOT, MO_ROOT, CSMS_ROOT, MANUFACTURER_ROOT)
_LONGEST = 5_500
"""Characters of a certificate in InstallCertificate."""


class Outcome(Struct, frozen=True):
    """What came of a wish of the backend: the status of the answer, and a reason where it is a refusal."""

    status: str
    reason: str = ""


class CertificateStore:
    """Holds certificates and keys; reads no clock, and shows a key to nobody."""

    def __init__(
        self,
        terms: CertificateTerms | None = None,
        *,
        roots: Mapping[str, Sequence[bytes]] = {},
        chains: Mapping[str, Credentials] = {},
    ) -> None:
        """Begin with what the station was made with.

        Args:
            terms: how much room there is, and how strictly new roots are looked at.
            roots: DER, by what they are installed for.
            chains: what it shows, by what it was signed for: `SECC` and `STATION`.
        """
        self.terms = terms or CertificateTerms()
        self.roots: dict[str, list[bytes]] = {use: list(roots.get(use, ())) for use in ROOTS}
        self.chains: dict[str, Credentials] = dict(chains)
        self.renewed: set[str] = set()
        """Which of them were signed over OCPP since."""
        self.staples: dict[bytes, bytes] = {}
        """OCSP responses (DER) that the backend brought, by certificate (DER)."""
        self._began_with = {use: tuple(found) for use, found in self.roots.items()}

    def trusted(self, use: str, usual: Sequence[bytes]) -> tuple[bytes, ...]:
        """The roots (DER) to trust where `usual` was trusted before anything was installed or deleted."""
        gone = set(self._began_with[use]) - set(self.roots[use])
        added = [root for root in self.roots[use] if root not in usual and root not in self._began_with[use]]
        return (*(root for root in usual if root not in gone), *added)

    def install(self, use: str, text: str, at: float) -> Outcome:
        """InstallCertificate (M05): one root, valid now, that may sign certificates.

        Args:
            use: one of `ROOTS`.
            text: PEM as the backend sent it.
            at: Unix time.
        """
        found = read_pem(text, longest=_LONGEST)
        if len(found) != 1:
            return Outcome("Rejected", "InvalidCertificate")
        root = found[0]
        if _objection(root, at) or not self._continues(use, root):
            return Outcome("Rejected", "InvalidCertificate")
        if root in self.roots[use]:
            return Outcome("Accepted")
        if sum(map(len, self.roots.values())) >= self.terms.most_roots:
            return Outcome("Failed", "OutOfStorage")
        self.roots[use].append(root)
        return Outcome("Accepted")

    def listed(self, uses: Sequence[str] = ()) -> list[HashData]:
        """The certificateHashDataChain of GetInstalledCertificateIds (M03); no `uses`: everything."""
        wanted = uses or (*ROOTS, V2G_CHAIN)
        found: list[HashData] = []
        for use in wanted:
            found += [
                {"certificateType": use, "certificateHashData": hashes_of(loaded(root), loaded(root))}
                for root in self.roots.get(use, ())
            ]
            if use == V2G_CHAIN:
                found += self._own_chain()
        return found

    def delete(self, asked: HashData) -> Outcome:
        """DeleteCertificate (M04); what the station lives on stays (M04.FR.06)."""
        for der, issuer in self._owned():
            if same(hashes_of(loaded(der), issuer, _algorithm(asked)), asked):
                return Outcome("Failed", "InUse")
        for roots in self.roots.values():
            for root in roots:
                if not same(hashes_of(loaded(root), loaded(root), _algorithm(asked)), asked):
                    continue
                if self._carries(root):
                    return Outcome("Failed", "InUse")
                roots.remove(root)
                return Outcome("Accepted")
        return Outcome("NotFound")

    def objection(self, use: str, chain: Sequence[bytes], at: float) -> str:
        """Why a signed chain leads to no root that is trusted for it; empty if it does.

        Where no root of the kind is installed, the chain has to hold together up to its top, which is believed.
        """
        roots = self.roots[V2G_ROOT if use == SECC else CSMS_ROOT]
        top = (chain[-1],) if not roots else ()
        found = check_path(chain[: len(chain) - len(top)] or chain, (*roots, *top), at)
        return found[0].text if found else ""

    def _own_chain(self) -> list[HashData]:
        """The chain towards EVs: the leaf, and the CAs above it as its children (M03.FR.05)."""
        own = self.chains.get(SECC)
        if own is None:
            return []
        named = [hashes_of(*pair) for pair in with_issuers(own.chain, self.roots[V2G_ROOT])]
        if not named:
            return []
        told: HashData = {"certificateType": V2G_CHAIN, "certificateHashData": named[0]}
        return [{**told, "childCertificateHashData": named[1:5]} if named[1:] else told]

    def _owned(self) -> Iterator[tuple[bytes, x509.Certificate]]:
        """Every certificate of the chains that it shows, beside its issuer."""
        for use, own in self.chains.items():
            roots = self.roots[CSMS_ROOT if use == STATION else V2G_ROOT]
            for certificate, issuer in with_issuers(own.chain, roots):
                yield next(der for der in own.chain if loaded(der) == certificate), issuer

    def _carries(self, root: bytes) -> bool:
        """Whether a chain that the station shows ends at this root."""
        return any(issued_by(loaded(own.chain[-1]), loaded(root)) for own in self.chains.values())

    def _continues(self, use: str, root: bytes) -> bool:
        """Whether a new root of the backend is signed by one that it had, where that is asked for (M05.FR.09)."""
        old = self.roots[use]
        if use != CSMS_ROOT or not self.terms.additional_root_check or not old:
            return True
        return any(issued_by(loaded(root), loaded(one)) for one in old)


def _algorithm(asked: HashData) -> str:
    named = str(asked.get("hashAlgorithm"))
    return named if named in ALGORITHMS else "SHA256"


def _objection(root: bytes, at: float) -> str:
    """Why a certificate (DER) is of no use as a root: out of date, no CA, or not by its own hand."""
    read = parse_certificate(root, 0)
    if not isinstance(read, x509.Certificate):
        return "it cannot be read"
    if not read.not_valid_before_utc.timestamp() <= at <= read.not_valid_after_utc.timestamp():
        return "it is not valid now"
    try:
        authority = read.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        authority = False
    if not authority:
        return "it is no CA"
    if read.subject == read.issuer and not issued_by(read, read):
        return "its signature does not fit"
    return ""
