"""Josev at work: it verifies what we sign, opens what we seal, and we open what it seals.

Needs `make peers`; skipped with the reason otherwise.
"""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from harness.messages.schema import encode
from harness.pki.credentials import PrivateKey
from harness.pki.recipe import Profile
from harness.security import contract_key_iso2
from harness.security.authorization import authorization_request
from harness.security.flaw import SignatureFlaw
from tests.security.parties import CHALLENGE, HEADER, pki

ROOT = Path(__file__).parents[2]
READY = (ROOT / ".peers" / "josev" / "pki" / "iso15118_2").exists() and shutil.which("java") is not None
pytestmark = pytest.mark.skipif(not READY, reason="Josev is not prepared; run: make peers")

CONTRACT, CAR = pki(Profile.ISO2).contract_chain(), pki(Profile.ISO2).provisioning_chain()
SEEN = (
    None,
    SignatureFlaw.WRONG_DIGEST,
    SignatureFlaw.WRONG_VALUE,
    SignatureFlaw.WRONG_KEY,
    SignatureFlaw.WRONG_URI,
    SignatureFlaw.MISSING_REFERENCE,
    SignatureFlaw.COMBINED_GRAMMAR,
)


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """One run of Josev with all jobs: a Java machine takes seconds to start."""
    spec = importlib.util.spec_from_file_location("record_signatures", ROOT / "fixtures" / "signatures" / "record.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sealed = contract_key_iso2.seal(CONTRACT, CAR.chain[0])
    jobs = {
        "opens": {
            "do": "opens",
            "dh_public_key": sealed.dh_public_key.hex(),
            "encrypted": sealed.encrypted.hex(),
            "key": CAR.key.pem().decode(),
        },
        "seals": {"do": "seals", "provisioning": CAR.chain[0].hex(), "key": CONTRACT.key.pem().decode()},
    }
    for flaw in SEEN:
        request = authorization_request(HEADER, CHALLENGE, CONTRACT, flaw=flaw)
        jobs[str(flaw)] = {"do": "verifies", "exi": encode(request).hex()}
    return dict(zip(jobs, module.ask_josev(list(jobs.values())), strict=True))


def test_josev_takes_a_good_signature_and_no_flawed_one(answers: dict[str, Any]) -> None:
    assert {flaw: answers[str(flaw)] for flaw in SEEN} == {flaw: flaw is None for flaw in SEEN}


def test_josev_opens_what_we_seal(answers: dict[str, Any]) -> None:
    key = CONTRACT.key.reveal()

    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert int(answers["opens"], 16) == key.private_numbers().private_value


def test_we_open_what_josev_seals(answers: dict[str, Any]) -> None:
    sealed = contract_key_iso2.SealedIso2(**{name: bytes.fromhex(value) for name, value in answers["seals"].items()})

    opened = contract_key_iso2.open_sealed(sealed, CAR, CONTRACT.chain[0])

    assert isinstance(opened, PrivateKey)
    assert opened.reveal().public_key() == CONTRACT.key.reveal().public_key()
