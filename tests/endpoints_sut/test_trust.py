"""A device's own PKI is read from files; what is wrong with a file is told by its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from harness.core.errors import ProfileError
from harness.endpoints.sut.trust import read_certificates, read_credentials
from harness.pki.build import Pki

AT = 1_767_225_600.0


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki.generate(AT)


@pytest.fixture
def files(pki: Pki, tmp_path: Path) -> dict[str, Path]:
    return pki.write_pem(tmp_path / "files")


def test_a_chain_and_its_key_come_back_as_they_were_written(pki: Pki, files: dict[str, Path]) -> None:
    read = read_credentials([files["vehicle_chain"]], files["vehicle_key"])
    assert read.chain == pki.vehicle_chain().chain
    assert read.key.pem() == pki.vehicle_chain().key.pem()
    assert read_certificates([files["oem_root"]]) == pki.oem_roots


def test_an_encrypted_key_opens_with_its_passphrase_alone(pki: Pki, files: dict[str, Path]) -> None:
    locked = files["vehicle_key"].with_name("locked.pem")
    key = pki.vehicle_chain().key.reveal()
    locked.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"12345"))
    )
    assert read_credentials([files["vehicle_chain"]], locked, "12345").chain == pki.vehicle_chain().chain
    for wrong in ("54321", ""):
        with pytest.raises(ProfileError, match=r"locked\.pem: holds no private key that this passphrase opens"):
            read_credentials([files["vehicle_chain"]], locked, wrong)


def test_a_key_of_another_chain_is_told(files: dict[str, Path]) -> None:
    with pytest.raises(ProfileError, match="is not the key of the first certificate"):
        read_credentials([files["vehicle_chain"]], files["secc_key"])


def test_a_missing_file_and_one_without_certificates_are_told(files: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"nowhere\.pem: cannot be read: No such file.*make peers"):
        read_certificates([tmp_path / "nowhere.pem"])
    with pytest.raises(ProfileError, match="holds no certificate in PEM"):
        read_certificates([files["vehicle_key"]])
