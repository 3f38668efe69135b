"""Keys and certificates, each made once, and what stands above each certificate."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise

from cryptography.hazmat.primitives.asymmetric import x448
from msgspec import structs

from harness.core.errors import UserError
from harness.pki.arrangement import arrange
from harness.pki.credentials import AgreementKey, Credentials, PrivateKey, SigningKey
from harness.pki.edit import edited
from harness.pki.issue import Signer, issue, new_key
from harness.pki.recipe import CertificateRecipe, ChainRecipe, KeyKind
from harness.pki.statuses import Line

Serials = Callable[[], int]
"""Source of serial numbers."""


class Mint:
    """Makes what recipes say; the same recipe under the same issuer gives the same bytes."""

    def __init__(self, at: float, serials: Serials) -> None:
        """Open; nothing is made yet.

        Args:
            at: Unix time that the dates of recipes count from.
            serials: source of serial numbers.
        """
        self._at, self._serials = at, serials
        self._keys: dict[tuple[str, KeyKind], SigningKey] = {}
        self._agreements: dict[str, x448.X448PrivateKey] = {}
        self._issued: dict[tuple[object, ...], bytes] = {}
        self._lines: dict[bytes, Line] = {}
        self._ways: dict[tuple[bytes, ...], tuple[Line, ...]] = {}

    def make(self, recipe: ChainRecipe, label: str) -> Credentials:
        """The certificates of a chain, as they are sent, and the key of its leaf."""
        key = PrivateKey(self.key(recipe.leaf))
        second = AgreementKey(self._agreement(recipe.leaf)) if recipe.leaf.agreement else None
        sent = self._alone(recipe) if recipe.self_signed else self._chain(recipe)
        chain = tuple(certificate for certificate, _ in reversed(sent))
        self._ways[chain] = tuple(line for _, line in reversed(sent))
        arranged = arrange(chain, recipe.arrangement, root=self._root_of(recipe), strangers=self._strangers(recipe))
        return Credentials(chain=arranged, key=key, label=label, agreement=second, raw=recipe.raw)

    def key(self, recipe: CertificateRecipe) -> SigningKey:
        """The key pair that a recipe names."""
        name = (recipe.key, recipe.key_kind)
        if name not in self._keys:
            self._keys[name] = new_key(recipe.key_kind)
        return self._keys[name]

    def certificate(self, recipe: CertificateRecipe, issuer: CertificateRecipe) -> bytes:
        """A certificate depends on its recipe and on name and key of its issuer, on nothing else above it."""
        above = None if issuer is recipe else (issuer.key, issuer.key_kind, issuer.subject)
        if (recipe, above) not in self._issued:
            hand = self.key(structs.replace(issuer, key=recipe.signed_with)) if recipe.signed_with else None
            signer = Signer(recipe if above is None else issuer, self.key(issuer), hand)
            second = self._agreement(recipe).public_key() if recipe.agreement else None
            made = issue(recipe, self.key(recipe), signer, at=self._at, serial=self._serials(), agreement=second)
            self._issued[recipe, above] = edited(made, recipe.edit, signer.key)
        return self._issued[recipe, above]

    def line(self, certificate: bytes) -> Line:
        """The CAs above a certificate of a chain that was made here.

        Raises:
            UserError: there is no such chain.
        """
        if certificate not in self._lines:
            digest = sha256(certificate).hexdigest()[:16]
            raise UserError(f"the certificate {digest}... is of no chain of this PKI", do="ask who issued it")
        return self._lines[certificate]

    def lines(self, chain: tuple[bytes, ...]) -> tuple[Line | None, ...]:
        """The CAs above each certificate of a chain; None for what was not made here."""
        return self._ways.get(chain) or tuple(self._lines.get(certificate) for certificate in chain)

    @property
    def known(self) -> tuple[bytes, ...]:
        """The certificates of all chains that were made here so far."""
        return tuple(self._lines)

    def knows(self, certificate: bytes) -> bool:
        """Whether a certificate is of a chain that was made here."""
        return certificate in self._lines

    def _alone(self, recipe: ChainRecipe) -> list[tuple[bytes, Line]]:
        leaf = self.certificate(recipe.leaf, recipe.leaf)
        return [(leaf, self._lines.setdefault(leaf, (recipe.leaf,)))]

    def _chain(self, recipe: ChainRecipe) -> list[tuple[bytes, Line]]:
        """What is sent, from the top down, each with what stands above it."""
        line = (*recipe.issuers, recipe.leaf)
        made = [self.certificate(below, above) for above, below in pairwise(line)]
        if recipe.tampered:
            made[-1] = _tampered(made[-1])
        sent = []
        for depth, certificate in enumerate(made, 1):
            self._lines.setdefault(certificate, line[:depth])
            if line[depth].key not in recipe.left_out:
                sent.append((certificate, line[:depth]))
        return sent

    def _root_of(self, recipe: ChainRecipe) -> bytes:
        root = recipe.issuers[0]
        return self.certificate(root, root)

    def _strangers(self, recipe: ChainRecipe) -> Callable[[int], bytes]:
        """CAs that have nothing to do with a chain, by number."""

        def stranger(number: int) -> bytes:
            root = recipe.issuers[0]
            name = structs.replace(root.subject, common_name=f"TEST ONLY Stranger {number}")
            other = structs.replace(root, key=f"stranger-{root.key}", subject=name)
            return self.certificate(other, other)

        return stranger

    def _agreement(self, recipe: CertificateRecipe) -> x448.X448PrivateKey:
        if recipe.key not in self._agreements:
            self._agreements[recipe.key] = x448.X448PrivateKey.generate()
        return self._agreements[recipe.key]


def _tampered(certificate: bytes) -> bytes:
    """Flip the lowest bit of the last byte: the end of the signature value, and still well-formed DER."""
    return certificate[:-1] + bytes([certificate[-1] ^ 1])
