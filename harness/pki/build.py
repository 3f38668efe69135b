"""The PKI of one run: roots, chains and keys, made when first asked for and never stored."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography import x509
from msgspec import structs

from harness.pki.catalogue import OCSP_ADDRESS, good_chain
from harness.pki.credentials import Credentials, write_all
from harness.pki.crl import ListStatus
from harness.pki.flaws import Flaw, bend
from harness.pki.lint import parse_certificate
from harness.pki.mint import Mint, Serials
from harness.pki.ocsp import USUAL_HASH, Delegation, Status
from harness.pki.recipe import ChainKind, ChainRecipe, Edition, Profile
from harness.pki.statuses import StatusDesk
from harness.pki.variants import ChainVariant, former_roots, listed, vary


class Pki:
    """Roots and chains of one run; asking twice for the same thing gives the same bytes.

    Keys are made lazily, by the operating system's generator; certificates count from `at`.
    """

    def __init__(
        self,
        at: float,
        *,
        profile: Profile = Profile.STRICT_20,
        edition: Edition = Edition.AMD1,
        serials: Serials = x509.random_serial_number,
        ocsp_address: str = OCSP_ADDRESS,
        crl_address: str = "",
    ) -> None:
        self.at = at
        self.profile = profile
        self.edition = edition
        self.ocsp_address, self.crl_address = ocsp_address, crl_address
        self._serials = serials
        self._mint = Mint(at, serials)
        self._desk = StatusDesk(self._mint.key, self._mint.certificate)

    @classmethod
    def generate(
        cls,
        at: float,
        *,
        profile: Profile = Profile.STRICT_20,
        edition: Edition = Edition.AMD1,
        serials: Serials = x509.random_serial_number,
        ocsp_address: str = OCSP_ADDRESS,
        crl_address: str = "",
    ) -> Pki:
        """A new PKI.

        Args:
            at: Unix time of the run; certificates are valid around it, leaves for 60 days.
            profile: algorithms of the ISO 15118 hierarchies.
            edition: which Annex B of ISO 15118-20 to follow.
            serials: source of serial numbers.
            ocsp_address: where certificates of ISO 15118 say that OCSP is spoken; empty: they say nothing of it.
            crl_address: the same for revocation lists, one for each CA.
        """
        return cls(
            at,
            profile=profile,
            edition=edition,
            serials=serials,
            ocsp_address=ocsp_address,
            crl_address=crl_address,
        )

    @cached_property
    def additional(self) -> Pki:
        """A PKI of its own on Ed448, the additional algorithm of ISO 15118-20 [V2G20-2319], made when first needed."""
        return self._beside(Profile.ED448)

    @cached_property
    def earlier(self) -> Pki:
        """A PKI of its own on secp256r1, for what ISO 15118-2 has signed [V2G2-007], made when first needed."""
        return self._beside(Profile.ISO2)

    def _beside(self, profile: Profile) -> Pki:
        addresses = {"ocsp_address": self.ocsp_address, "crl_address": self.crl_address}
        return Pki(self.at, profile=profile, edition=self.edition, serials=self._serials, **addresses)

    @property
    def v2g_roots(self) -> tuple[bytes, ...]:
        """What an EV trusts: the roots above SECC chains."""
        return self.roots(ChainKind.SECC)

    @property
    def oem_roots(self) -> tuple[bytes, ...]:
        """What a station trusts: the roots above vehicle chains."""
        return self.roots(ChainKind.VEHICLE)

    @property
    def mo_roots(self) -> tuple[bytes, ...]:
        """The roots above contract chains; no anchor of TLS [V2G20-2401]."""
        return self.roots(ChainKind.CONTRACT)

    @property
    def csms_roots(self) -> tuple[bytes, ...]:
        """What an OCPP station and its CSMS trust."""
        return self.roots(ChainKind.CSMS)

    def secc_chain(self, flaw: Flaw | None = None, *, secc_id: str = "") -> Credentials:
        """What a station presents to an EV."""
        return self.chain(ChainKind.SECC, name=secc_id, flaw=flaw)

    def vehicle_chain(self, evcc_id: str = "", flaw: Flaw | None = None) -> Credentials:
        """What an EV presents to a station; the common name of its leaf is the EVCCID [V2G20-2598]."""
        return self.chain(ChainKind.VEHICLE, name=evcc_id, flaw=flaw)

    def provisioning_chain(self, pcid: str = "", flaw: Flaw | None = None) -> Credentials:
        """The OEM provisioning chain of an EV; with Ed448 it has a second key, on X448 [V2G20-2534]."""
        return self.chain(ChainKind.PROVISIONING, name=pcid, flaw=flaw)

    def contract_chain(self, emaid: str = "", flaw: Flaw | None = None) -> Credentials:
        """A contract chain for Plug and Charge; the common name of its leaf is the EMAID."""
        return self.chain(ChainKind.CONTRACT, name=emaid, flaw=flaw)

    def tariff_signer(self) -> Credentials:
        """The mobility operator's CA right above contracts, with its key, which signs prices as well."""
        recipe = self.recipe(ChainKind.CONTRACT)
        *above, signer = recipe.issuers
        return self.make(structs.replace(recipe, issuers=tuple(above), leaf=signer), label="mobility operator")

    def cps_chain(self, name: str = "", flaw: Flaw | None = None) -> Credentials:
        """The chain of a certificate provisioning service, which signs new contract data [V2G20-1077]."""
        return self.chain(ChainKind.CPS, name=name, flaw=flaw)

    def csms_chain(self, hostname: str = "", flaw: Flaw | None = None) -> Credentials:
        """What a CSMS presents to a station; the common name is its host name (A00.FR.501 to 512)."""
        return self.chain(ChainKind.CSMS, name=hostname, flaw=flaw)

    def station_chain(self, serial: str = "", organisation: str = "", flaw: Flaw | None = None) -> Credentials:
        """What an OCPP station presents to its CSMS: its serial number and the CSO's name."""
        return self.chain(ChainKind.STATION, name=serial, organisation=organisation, flaw=flaw)

    def chain(
        self,
        kind: ChainKind,
        *,
        name: str = "",
        organisation: str = "",
        flaw: Flaw | None = None,
        variant: ChainVariant = ChainVariant.USUAL,
    ) -> Credentials:
        """Any chain, with at most one flaw; empty names mean the defaults.

        Raises:
            ValueError: chains of that kind are never built so (`harness.pki.variants.fits` tells).
        """
        recipe = self.recipe(kind, name=name, organisation=organisation, variant=variant)
        bent = recipe if flaw is None else bend(recipe, flaw)
        built = kind.value if variant is ChainVariant.USUAL else f"{kind.value} ({variant})"
        return self.make(bent, label=built if flaw is None else f"{built}, {flaw.description}")

    def roots(self, kind: ChainKind, variant: ChainVariant = ChainVariant.USUAL) -> tuple[bytes, ...]:
        """What to trust for a chain: its root, behind the root of the same name that it takes the place of."""
        recipe = self.recipe(kind, variant=variant)
        found = (*former_roots(recipe, variant), recipe.issuers[0])
        return tuple(self._mint.certificate(root, root) for root in found)

    def decoy_root(self, kind: ChainKind) -> bytes:
        """A root with the name of the right one and another key, above no chain at all."""
        root = self.recipe(kind).issuers[0]
        decoy = structs.replace(root, key=f"unused-{root.key}")
        return self._mint.certificate(decoy, decoy)

    def recipe(
        self,
        kind: ChainKind,
        *,
        name: str = "",
        organisation: str = "",
        variant: ChainVariant = ChainVariant.USUAL,
    ) -> ChainRecipe:
        """The recipe of a good chain, to bend in ways that no `Flaw` has.

        Raises:
            ValueError: chains of that kind are never built so.
        """
        terms: dict[str, Any] = {"profile": self.profile, "edition": self.edition, "ocsp_address": self.ocsp_address}
        recipe = good_chain(kind, name=name, organisation=organisation, **terms)
        if variant is not ChainVariant.USUAL:
            recipe = vary(recipe, variant, good_chain(ChainKind.SECC, **terms).issuers[0])
        wanted = self.crl_address and kind not in {ChainKind.CSMS, ChainKind.STATION}
        return listed(recipe, self.crl_address) if wanted else recipe

    def make(self, recipe: ChainRecipe, *, label: str = "") -> Credentials:
        """Certificates for any chain recipe; what it shares with other chains is made once."""
        return self._mint.make(recipe, label)

    def ocsp(
        self,
        certificate: bytes,
        status: Status = Status.GOOD,
        at: float | None = None,
        *,
        delegation: Delegation = Delegation.ISSUER,
        hashed: str = USUAL_HASH,
    ) -> bytes:
        """The OCSP response for a certificate of a chain made here; the same question gets the same bytes.

        Args:
            certificate: DER.
            status: what it says, or what is wrong with it.
            at: Unix time around which it is valid; that of the PKI by default.
            delegation: who signs it, where the status does not say otherwise.
            hashed: how it names the certificate: sha1, sha256, sha384 or sha512.

        Returns:
            DER of an OCSPResponse.

        Raises:
            UserError: the certificate is none of this PKI.
        """
        line = self._mint.line(certificate)
        return self._desk.ocsp(certificate, line, status, delegation, self.at if at is None else at, hashed)

    def staples(
        self,
        credentials: Credentials,
        status: Status = Status.GOOD,
        depth: int | None = None,
        *,
        delegation: Delegation = Delegation.ISSUER,
    ) -> tuple[bytes, ...]:
        """What a station staples to a chain: one OCSP response for each certificate, leaf first [V2G20-2388].

        Args:
            credentials: of this PKI; a certificate that is not, or that nobody can read, gets an empty response.
            status: what the response says, or what is wrong with it.
            depth: the certificate that it concerns, the others being good; None: all of them.
            delegation: who signs.
        """
        chain, found = credentials.chain, []
        for place, (certificate, line) in enumerate(zip(chain, self._mint.lines(chain), strict=True)):
            said = status if depth in {None, place} else Status.GOOD
            line = line if isinstance(parse_certificate(certificate, place), x509.Certificate) else None
            found.append(self._desk.ocsp(certificate, line, said, delegation, self.at, USUAL_HASH) if line else b"")
        return tuple(found)

    def crl(
        self,
        certificate: bytes,
        status: ListStatus = ListStatus.GOOD,
        at: float | None = None,
        *,
        revoked: tuple[int, ...] = (),
    ) -> bytes:
        """The revocation list of the CA that issued a certificate made here.

        Args:
            certificate: DER; whether it is on the list says the status.
            status: what the list says of it, or what is wrong with the list.
            at: Unix time around which it is valid; that of the PKI by default.
            revoked: serial numbers that are on it besides.

        Returns:
            DER of a CertificateList.

        Raises:
            UserError: the certificate is none of this PKI.
        """
        line = self._mint.line(certificate)
        return self._desk.crl(certificate, line, status, revoked, self.at if at is None else at)

    @property
    def known(self) -> tuple[bytes, ...]:
        """The certificates (DER) of all chains that were made here so far."""
        return self._mint.known

    def issued(self, certificate: bytes) -> bool:
        """Whether a certificate (DER) is of a chain that was made here."""
        return self._mint.knows(certificate)

    def write_pem(self, folder: Path) -> dict[str, Path]:
        """Write all good chains, their keys and their roots for a device that reads files.

        Args:
            folder: made with mode 0700; the files get 0600.

        Returns:
            Paths by name: `v2g_root`, `secc_chain`, `secc_key`, `vehicle_chain`, ...
        """
        chains = {kind.value: self.chain(kind) for kind in ChainKind}
        roots = {self.recipe(kind).issuers[0].key.replace("-", "_"): self.roots(kind)[0] for kind in ChainKind}
        return write_all(folder, chains, roots)
