"""What can be wrong with a signature, one thing at a time: for test cases that send one, and for mutants."""

from __future__ import annotations

from enum import StrEnum


class SignatureFlaw(StrEnum):
    """One thing wrong with a signature; everything else about it is right."""

    WRONG_DIGEST = "wrong_digest"
    WRONG_VALUE = "wrong_value"
    WRONG_KEY = "wrong_key"
    WRONG_URI = "wrong_uri"
    MISSING_REFERENCE = "missing_reference"
    WRONG_ALGORITHM = "wrong_algorithm"
    SHA256 = "sha256"
    DER_VALUE = "der_value"
    NO_TRANSFORM = "no_transform"
    COMBINED_GRAMMAR = "combined_grammar"
    STALE_CHALLENGE = "stale_challenge"

    @property
    def description(self) -> str:
        """What is wrong, for a report."""
        return _DESCRIPTIONS[self]

    @property
    def fatal(self) -> bool:
        """Whether everybody has to refuse it; the others a lenient party may take."""
        return self not in _TOLERABLE


_DESCRIPTIONS = {
    SignatureFlaw.WRONG_DIGEST: "one bit of a digest is wrong, and the signature is over that",
    SignatureFlaw.WRONG_VALUE: "one bit of the signature value is wrong",
    SignatureFlaw.WRONG_KEY: "it was made with a key that the certificate does not belong to",
    SignatureFlaw.WRONG_URI: "its reference names an element that is not there",
    SignatureFlaw.MISSING_REFERENCE: "an element that has to be signed is not named by any reference",
    SignatureFlaw.WRONG_ALGORITHM: "it names another algorithm than it was made with",
    SignatureFlaw.SHA256: "it uses SHA-256 with a key that has to go with another hash",
    SignatureFlaw.DER_VALUE: "its value is DER where raw numbers are due",
    SignatureFlaw.NO_TRANSFORM: "its reference does not tell that the element was turned into EXI",
    SignatureFlaw.COMBINED_GRAMMAR: "what was signed is SignedInfo by the grammar of the messages",
    SignatureFlaw.STALE_CHALLENGE: "it signs another challenge than the station gave",
}

_TOLERABLE = {
    SignatureFlaw.SHA256,
    SignatureFlaw.DER_VALUE,
    SignatureFlaw.NO_TRANSFORM,
    SignatureFlaw.COMBINED_GRAMMAR,
}
