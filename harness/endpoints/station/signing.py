"""A station's requests for certificates (PKCS #10), and what it makes of what comes back."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from harness.endpoints.ocpp_certificates import loaded, read_pem
from harness.endpoints.station.certificate_store import CertificateStore
from harness.endpoints.station.certificate_terms import SECC
from harness.pki.credentials import Credentials, PrivateKey, SigningKey
from harness.security.keys import key_name


class Signing:
    """Keys whose certificates are still to come; no key leaves it but in masked credentials."""

    def __init__(self, store: CertificateStore, *, serial: str) -> None:
        """Nothing is asked for yet.

        Args:
            store: takes the chains that come back.
            serial: the station's serial number, by which its certificate names it (A00.FR.511).
        """
        self.store, self._serial = store, serial
        self._waiting: dict[str, PrivateKey] = {}

    def request(self, use: str) -> str:
        """A request (PEM) for a certificate on a new key; an older request of the same use counts no more."""
        key = self._new_key(use)
        self._waiting[use] = PrivateKey(key)
        builder = x509.CertificateSigningRequestBuilder().subject_name(self._subject(use))
        return builder.sign(key, _hash(key)).public_bytes(Encoding.PEM).decode()

    def forget(self, use: str) -> None:
        """No certificate will come for the last request."""
        self._waiting.pop(use, None)

    def take(self, use: str, text: str, at: float) -> str:
        """CertificateSigned: put a chain in the place of the one in use; why not, or empty if it was done.

        Args:
            use: `STATION` or `SECC`.
            text: PEM as the backend sent it.
            at: Unix time.
        """
        key = self._waiting.get(use)
        if key is None:
            return "no certificate was asked for"
        if len(text) > self.store.terms.longest_chain:
            return "the chain is longer than MaxCertificateChainSize"
        chain = read_pem(text, longest=self.store.terms.longest_chain)
        if not chain:
            return "the chain cannot be read"
        leaf = loaded(chain[0])
        if _public(leaf.public_key()) != _public(key.reveal().public_key()):
            return "the certificate is for another key"
        if _names(leaf.subject) != _names(self._subject(use)):
            return "the certificate is for another name"
        if found := self.store.objection(use, chain, at):
            return found
        self.store.chains[use] = Credentials(chain=chain, key=key, label=f"{use}, signed over OCPP")
        self.store.renewed.add(use)
        self.forget(use)
        return ""

    def _subject(self, use: str) -> x509.Name:
        """The name in the certificate in use, or the one that the settings tell."""
        own = self.store.chains.get(use)
        if own is not None:
            return loaded(own.chain[0]).subject
        terms = self.store.terms
        if use != SECC:
            return _name((NameOID.ORGANIZATION_NAME, terms.organisation), (NameOID.COMMON_NAME, self._serial))
        return _name(
            (NameOID.DOMAIN_COMPONENT, terms.secc_domain),
            (NameOID.COUNTRY_NAME, terms.country),
            (NameOID.ORGANIZATION_NAME, terms.organisation),
            (NameOID.COMMON_NAME, terms.secc_id),
        )

    def _new_key(self, use: str) -> SigningKey:
        """A key like the one in use; towards the backend always on secp256r1, which every backend takes."""
        if use != SECC:
            return ec.generate_private_key(ec.SECP256R1())
        own = self.store.chains.get(use)
        wanted = key_name(own.key.reveal()) if own is not None else self.store.terms.secc_key
        if wanted == "ed448":
            return ed448.Ed448PrivateKey.generate()
        return ec.generate_private_key(ec.SECP256R1() if wanted == "secp256r1" else ec.SECP521R1())


def _name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])


def _names(subject: x509.Name) -> set[tuple[str, str]]:
    """What a name says, in whatever order and kind of text."""
    told = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    return {(each.oid.dotted_string, str(each.value)) for each in subject if each.oid in told}


def _public(key: object) -> bytes:
    told: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return told


def _hash(key: SigningKey) -> hashes.SHA256 | hashes.SHA512 | None:
    if isinstance(key, ed448.Ed448PrivateKey):
        return None
    large = isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.key_size > 256
    return hashes.SHA512() if large else hashes.SHA256()
