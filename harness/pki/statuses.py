"""Who answers for the certificates of a PKI: its OCSP responders and revocation lists, made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cryptography import x509
from msgspec import structs

from harness.core.errors import UserError
from harness.pki.credentials import PrivateKey, SigningKey
from harness.pki.crl import ListStatus, revocation_list
from harness.pki.lint import parse_certificate
from harness.pki.objection import Objection
from harness.pki.ocsp import Delegation, ResponderKey, Status, respond
from harness.pki.recipe import DAY, CertificateRecipe, ExtendedUse, KeyUse, Subject

Line = tuple[CertificateRecipe, ...]
"""The CAs above a certificate, the root first."""


class StatusDesk:
    """Answers for certificates; the same question gets the same bytes."""

    def __init__(
        self,
        key: Callable[[CertificateRecipe], SigningKey],
        certificate: Callable[[CertificateRecipe, CertificateRecipe], bytes],
    ) -> None:
        """Open.

        Args:
            key: the key pair that a recipe names.
            certificate: the DER of a recipe's certificate, from its issuer.
        """
        self._key, self._certificate = key, certificate
        self._given: dict[tuple[object, ...], bytes] = {}

    def ocsp(
        self, certificate: bytes, line: Line, status: Status, delegation: Delegation, at: float, hashed: str
    ) -> bytes:
        """The OCSP response for a certificate below `line`; see `Pki.ocsp`."""
        make = partial(self._respond, certificate, line, status, delegation, at, hashed)
        return self._once(("ocsp", certificate, line[0].key, status, delegation, at, hashed), make)

    def crl(self, certificate: bytes, line: Line, status: ListStatus, revoked: tuple[int, ...], at: float) -> bytes:
        """The revocation list of the CA right above a certificate; see `Pki.crl`."""
        issuer = _stranger(line[-1]) if status is ListStatus.WRONG_SIGNER else line[-1]
        make = partial(
            revocation_list, _readable(certificate), self._key(issuer), at=at, status=status, revoked=revoked
        )
        return self._once(("crl", certificate, status, revoked, at), make)

    def _once(self, question: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
        if question not in self._given:
            self._given[question] = make()
        return self._given[question]

    def _respond(
        self, certificate: bytes, line: Line, status: Status, delegation: Delegation, at: float, hashed: str
    ) -> bytes:
        issuer = line[-1]
        responder = self._responder(line, status, delegation)
        return respond(_readable(certificate), self._key(issuer), responder, at=at, status=status, hashed=hashed)

    def _responder(self, line: Line, status: Status, delegation: Delegation) -> ResponderKey:
        issuer = line[-1]
        if status is Status.WRONG_SIGNER:
            return self._delegate(_stranger(line[0]))
        if status is Status.SIGNER_WITHOUT_EKU:
            return self._delegate(issuer, meant=False)
        if delegation is Delegation.ITSELF:
            return ResponderKey(certificate=b"", key=PrivateKey(self._key(issuer)), enclosed=False)
        return self._delegate(issuer if delegation is Delegation.ISSUER else line[0])

    def _delegate(self, authority: CertificateRecipe, *, meant: bool = True) -> ResponderKey:
        recipe = ocsp_signer(authority, meant=meant)
        certificate = self._certificate(recipe, authority)
        return ResponderKey(certificate=certificate, key=PrivateKey(self._key(recipe)))


def ocsp_signer(authority: CertificateRecipe, *, meant: bool = True) -> CertificateRecipe:
    """The responder that a CA delegates; without the extended key usage for it unless it is `meant` for it."""
    of = authority.subject
    return CertificateRecipe(
        key=f"ocsp-{authority.key}",
        key_kind=authority.key_kind,
        subject=Subject(common_name=f"{of.common_name} OCSP", organisation=of.organisation, country=of.country),
        uses=(KeyUse.DIGITAL_SIGNATURE,),
        extended_uses=(ExtendedUse.OCSP,) if meant else (),
        valid_from=-30 * DAY,
        valid_until=180 * DAY,
        critical_pointers=authority.critical_pointers,
        short_identifier=authority.short_identifier,
    )


def _readable(certificate: bytes) -> x509.Certificate:
    """The certificate, read.

    Raises:
        UserError: nobody can read it, so that there is nothing to answer.
    """
    parsed = parse_certificate(certificate, 0)
    if isinstance(parsed, Objection):
        raise UserError(f"the status of a certificate that {parsed.text}", do="answer for the others alone")
    return parsed


def _stranger(authority: CertificateRecipe) -> CertificateRecipe:
    """A CA of the same name that has nothing to do with this one."""
    return structs.replace(authority, key=f"stranger-{authority.key}")
