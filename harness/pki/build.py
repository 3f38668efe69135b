"""The PKI of one run: roots, chains and keys, made when first asked for and never stored."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import x448
from msgspec import structs

from harness.core.errors import UserError
from harness.pki.catalogue import good_chain
from harness.pki.credentials import (
    AgreementKey,
    Credentials,
    PrivateKey,
    SigningKey,
    pem,
    private_folder,
    write_private,
)
from harness.pki.crl import ListStatus
from harness.pki.flaws import Flaw, bend
from harness.pki.issue import Signer, issue, new_key
from harness.pki.ocsp import Delegation, Status
from harness.pki.recipe import CertificateRecipe, ChainKind, ChainRecipe, Edition, KeyKind, Profile
from harness.pki.statuses import Line, StatusDesk

Serials = Callable[[], int]
"""Source of serial numbers."""


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
    ) -> None:
        self.at = at
        self.profile = profile
        self.edition = edition
        self._serials = serials
        self._keys: dict[tuple[str, KeyKind], SigningKey] = {}
        self._agreements: dict[str, x448.X448PrivateKey] = {}
        self._issued: dict[tuple[object, ...], bytes] = {}
        self._lines: dict[bytes, Line] = {}
        """The CAs above each certificate of a chain that was made."""
        self._desk = StatusDesk(self._key, self._certificate)

    @classmethod
    def generate(
        cls,
        at: float,
        *,
        profile: Profile = Profile.STRICT_20,
        edition: Edition = Edition.AMD1,
        serials: Serials = x509.random_serial_number,
    ) -> Pki:
        """A new PKI.

        Args:
            at: Unix time of the run; certificates are valid around it, leaves for 60 days.
            profile: algorithms of the ISO 15118 hierarchies.
            edition: which Annex B of ISO 15118-20 to follow.
            serials: source of serial numbers.
        """
        return cls(at, profile=profile, edition=edition, serials=serials)

    @cached_property
    def additional(self) -> Pki:
        """A PKI of its own on Ed448, the additional algorithm of ISO 15118-20 [V2G20-2319], made when first needed."""
        return Pki.generate(self.at, profile=Profile.ED448, edition=self.edition, serials=self._serials)

    @cached_property
    def earlier(self) -> Pki:
        """A PKI of its own on secp256r1, for what ISO 15118-2 has signed [V2G2-007], made when first needed."""
        return Pki.generate(self.at, profile=Profile.ISO2, edition=self.edition, serials=self._serials)

    @property
    def v2g_roots(self) -> tuple[bytes, ...]:
        """What an EV trusts: the roots above SECC chains."""
        return (self._root(ChainKind.SECC),)

    @property
    def oem_roots(self) -> tuple[bytes, ...]:
        """What a station trusts: the roots above vehicle chains."""
        return (self._root(ChainKind.VEHICLE),)

    @property
    def mo_roots(self) -> tuple[bytes, ...]:
        """The roots above contract chains; no anchor of TLS [V2G20-2401]."""
        return (self._root(ChainKind.CONTRACT),)

    @property
    def csms_roots(self) -> tuple[bytes, ...]:
        """What an OCPP station and its CSMS trust."""
        return (self._root(ChainKind.CSMS),)

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
        self, kind: ChainKind, *, name: str = "", organisation: str = "", flaw: Flaw | None = None
    ) -> Credentials:
        """Any chain, with at most one flaw; empty names mean the defaults."""
        recipe = self.recipe(kind, name=name, organisation=organisation)
        bent = recipe if flaw is None else bend(recipe, flaw)
        label = kind.value if flaw is None else f"{kind.value}, {flaw.description}"
        return self.make(bent, label=label)

    def recipe(self, kind: ChainKind, *, name: str = "", organisation: str = "") -> ChainRecipe:
        """The recipe of a good chain, to bend in ways that no `Flaw` has."""
        return good_chain(kind, profile=self.profile, edition=self.edition, name=name, organisation=organisation)

    def make(self, recipe: ChainRecipe, *, label: str = "") -> Credentials:
        """Certificates for any chain recipe; what it shares with other chains is made once."""
        key = PrivateKey(self._key(recipe.leaf))
        second = AgreementKey(self._agreement(recipe.leaf)) if recipe.leaf.agreement else None
        if recipe.self_signed:
            alone = self._certificate(recipe.leaf, recipe.leaf)
            self._lines.setdefault(alone, (recipe.leaf,))
            return Credentials(chain=(alone,), key=key, label=label, agreement=second)
        line = (*recipe.issuers, recipe.leaf)
        made = [self._certificate(below, above) for above, below in pairwise(line)]
        if recipe.tampered:
            made[-1] = _tampered(made[-1])
        for depth, certificate in enumerate(made, 1):
            self._lines.setdefault(certificate, line[:depth])
        sent = [one for one, below in zip(made, line[1:], strict=True) if below.key not in recipe.left_out]
        return Credentials(chain=tuple(reversed(sent)), key=key, label=label, agreement=second)

    def ocsp(
        self,
        certificate: bytes,
        status: Status = Status.GOOD,
        at: float | None = None,
        *,
        delegation: Delegation = Delegation.ISSUER,
    ) -> bytes:
        """The OCSP response for a certificate of a chain made here; the same question gets the same bytes.

        Args:
            certificate: DER.
            status: what it says, or what is wrong with it.
            at: Unix time around which it is valid; that of the PKI by default.
            delegation: who signs it, where the status does not say otherwise.

        Returns:
            DER of an OCSPResponse.

        Raises:
            UserError: the certificate is none of this PKI.
        """
        line = self._line(certificate)
        return self._desk.ocsp(certificate, line, status, delegation, self.at if at is None else at)

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
        found = []
        for place, certificate in enumerate(credentials.chain):
            said = status if depth in {None, place} else Status.GOOD
            known = self.issued(certificate)
            found.append(self.ocsp(certificate, said, delegation=delegation) if known else b"")
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
        line = self._line(certificate)
        return self._desk.crl(certificate, line, status, revoked, self.at if at is None else at)

    def issued(self, certificate: bytes) -> bool:
        """Whether a certificate (DER) is of a chain that was made here."""
        return certificate in self._lines

    def write_pem(self, folder: Path) -> dict[str, Path]:
        """Write all good chains, their keys and their roots for a device that reads files.

        Args:
            folder: made with mode 0700; the files get 0600.

        Returns:
            Paths by name: `v2g_root`, `secc_chain`, `secc_key`, `vehicle_chain`, ...
        """
        private_folder(folder)
        paths: dict[str, Path] = {}
        for kind in ChainKind:
            credentials = self.chain(kind)
            paths[f"{kind}_chain"], paths[f"{kind}_key"] = credentials.write_pem(folder, kind.value)
            if credentials.agreement is not None:
                paths[f"{kind}_agreement_key"] = folder / f"{kind}_agreement_key.pem"
                write_private(paths[f"{kind}_agreement_key"], credentials.agreement.pem())
            root = self.recipe(kind).issuers[0].key.replace("-", "_")
            paths[root] = folder / f"{root}.pem"
            write_private(paths[root], pem(self._root(kind)))
        return paths

    def _line(self, certificate: bytes) -> Line:
        if certificate not in self._lines:
            digest = hashlib.sha256(certificate).hexdigest()[:16]
            raise UserError(f"the certificate {digest}... is of no chain of this PKI", do="ask who issued it")
        return self._lines[certificate]

    def _root(self, kind: ChainKind) -> bytes:
        root = self.recipe(kind).issuers[0]
        return self._certificate(root, root)

    def _key(self, recipe: CertificateRecipe) -> SigningKey:
        name = (recipe.key, recipe.key_kind)
        if name not in self._keys:
            self._keys[name] = new_key(recipe.key_kind)
        return self._keys[name]

    def _agreement(self, recipe: CertificateRecipe) -> x448.X448PrivateKey:
        if recipe.key not in self._agreements:
            self._agreements[recipe.key] = x448.X448PrivateKey.generate()
        return self._agreements[recipe.key]

    def _certificate(self, recipe: CertificateRecipe, issuer: CertificateRecipe) -> bytes:
        """A certificate depends on its recipe and on name and key of its issuer, on nothing else above it."""
        above = None if issuer is recipe else (issuer.key, issuer.key_kind, issuer.subject)
        if (recipe, above) not in self._issued:
            signer = Signer(recipe if above is None else issuer, self._key(issuer))
            serial = self._serials()
            second = self._agreement(recipe).public_key() if recipe.agreement else None
            self._issued[recipe, above] = issue(
                recipe, self._key(recipe), signer, at=self.at, serial=serial, agreement=second
            )
        return self._issued[recipe, above]


def _tampered(certificate: bytes) -> bytes:
    """Flip the lowest bit of the last byte: the end of the signature value, and still well-formed DER."""
    return certificate[:-1] + bytes([certificate[-1] ^ 1])
