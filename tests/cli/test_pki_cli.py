"""`v2x pki`: a PKI in files, and what is said of chains that somebody brings."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree  # type: ignore[import-untyped]
from typer.testing import CliRunner

from harness.cli.main import app
from harness.core.errors import UserError

RUNNER = CliRunner()


def v2x(*words: str | Path) -> tuple[int, str]:
    """The exit code and what was printed; an error that a user reads comes out as it is."""
    result = RUNNER.invoke(app, ["pki", *map(str, words)])
    if isinstance(result.exception, UserError):
        raise result.exception
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab") / "pki"
    code, output = v2x("make", folder, "--at", "2026-06-01", "--flaw", "vehicle:expired", "--flaw", "secc:leaf_is_ca")
    assert code == 0
    assert str(folder / "secc_chain.pem") in output
    return folder


def test_what_is_made_is_for_this_user_alone(made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in made.iterdir()} == {0o600}


def test_openssl_takes_what_is_made(made: Path, tmp_path: Path) -> None:
    certificates = x509.load_pem_x509_certificates((made / "secc_chain.pem").read_bytes())
    assert len(certificates) == 3
    between = tmp_path / "between.pem"
    between.write_text("".join((made / "secc_chain.pem").read_text().partition("-----END CERTIFICATE-----\n")[2]))
    command: list[str | Path] = ["openssl", "verify", "-attime", "1780272000", "-CAfile", made / "v2g_root.pem"]
    done = subprocess.run(
        [*command, "-untrusted", between, made / "secc_chain.pem"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_folder_in_use_is_left_alone(made: Path) -> None:
    with pytest.raises(UserError, match="not empty"):
        v2x("make", made)


def test_an_unknown_flaw_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="expired"):
        v2x("make", tmp_path / "new", "--flaw", "vehicle:tired")
    assert not (tmp_path / "new").exists()


def test_show_says_what_stands_in_each(made: Path) -> None:
    code, output = v2x("show", made / "vehicle_chain.pem")
    assert code == 0
    assert output.count("SHA-256") == 3
    assert "clientAuth" in output
    assert "secp521r1" in output


def test_show_as_json(made: Path) -> None:
    _, output = v2x("show", made / "secc_chain.pem", "--json")
    facts = json.loads(output)
    assert [one["authority"] for one in facts] == [False, True, True]


def test_a_good_chain_has_nothing_against_it(made: Path) -> None:
    code, output = v2x("lint", made / "secc_chain.pem", "--as", "secc")
    assert code == 0
    assert "3 certificates: 0 to refuse it for" in output


def test_the_order_of_files_does_not_matter(made: Path, tmp_path: Path) -> None:
    parts = (made / "secc_chain.pem").read_text().split("-----END CERTIFICATE-----\n")[:-1]
    files = [tmp_path / f"{number}.pem" for number in range(3)]
    for file, part in zip(files, reversed(parts), strict=True):
        file.write_text(f"{part}-----END CERTIFICATE-----\n")
    code, output = v2x("lint", *files, "--as", "secc")
    assert (code, "0 to refuse" in output) == (0, True)


def test_a_flaw_is_named_with_its_rule(made: Path) -> None:
    code, output = v2x("lint", made / "secc_leaf_is_ca_chain.pem", "--as", "secc")
    assert code == 1
    assert "leaf.authority" in output


def test_each_finding_is_explained(made: Path) -> None:
    code, output = v2x("lint", made / "secc_chain.pem", "--as", "vehicle", "--json")
    assert code == 1
    rules = {cited: gist for one in json.loads(output) for cited, gist in one["rules"].items()}
    assert rules["V2G20-2598"]


def test_check_judges_at_a_moment(made: Path) -> None:
    words = (made / "secc_chain.pem", "--root", made / "v2g_root.pem", "--as", "secc", "--at")
    assert v2x("check", *words, "2026-06-02")[0] == 0
    code, output = v2x("check", *words, "2026-12-24")
    assert (code, "path.expired" in output) == (1, True)


def test_check_needs_the_right_root(made: Path) -> None:
    words = (made / "secc_chain.pem", "--root", made / "oem_root.pem", "--as", "secc", "--at", "2026-06-02")
    code, output = v2x("check", *words)
    assert (code, "path.unknown_issuer" in output) == (1, True)


def test_the_drawing_has_a_box_for_each_certificate(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "chain.svg"
    assert v2x("diagram", made / "secc_chain.pem", made / "v2g_root.pem", "-o", out)[0] == 0
    drawing = etree.fromstring(out.read_bytes())
    words = " ".join(drawing.itertext())
    assert words.count("issued") == 3
    assert "TEST ONLY V2G Root" in words


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"hello", "neither PEM nor DER"),
        (b"", "neither PEM nor DER"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds a private key and no certificate"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be read"),
        (b"-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----\n", "PKCS #7"),
        (b"\x30" * 2_000_000, "more than"),
    ],
)
def test_what_is_no_certificate_is_named(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "strange.bin"
    file.write_bytes(content)
    with pytest.raises(UserError, match=told) as problem:
        v2x("show", file)
    assert str(file) in str(problem.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No such file"):
        v2x("lint", tmp_path / "nothing.pem")


def test_broken_der_is_for_the_linter(made: Path, tmp_path: Path) -> None:
    leaf = x509.load_pem_x509_certificates((made / "secc_chain.pem").read_bytes())[0]
    whole = leaf.public_bytes(Encoding.DER)
    file = tmp_path / "broken.der"
    file.write_bytes(whole[:-40])
    code, output = v2x("lint", file)
    assert (code, "certificate.unreadable" in output) == (1, True)


def test_check_tells_what_others_say(made: Path) -> None:
    _, output = v2x("check", made / "secc_chain.pem", "--root", made / "v2g_root.pem", "--at", "2026-06-02")
    assert "pyhanko-certvalidator      takes it" in output
    assert "OpenSSL                    takes it" in output


def test_check_wants_to_know_each_status(made: Path) -> None:
    statuses = [word for depth in range(3) for word in ("--status", made / f"secc_{depth}.ocsp")]
    words = (made / "secc_chain.pem", "--root", made / "v2g_root.pem", "--at", "2026-06-02")
    assert v2x("check", *words, *statuses)[0] == 0
    code, output = v2x("check", *words, *statuses[:2], "--json")
    assert (code, [one["code"] for one in json.loads(output)]) == (1, ["status.missing"] * 2)


def test_openssl_takes_the_responses_that_are_made(made: Path, tmp_path: Path) -> None:
    certificates = (made / "secc_chain.pem").read_text().split("-----END CERTIFICATE-----\n")[:-1]
    leaf, issuer = tmp_path / "leaf.pem", tmp_path / "issuer.pem"
    for file, text in zip((leaf, issuer), certificates, strict=False):
        file.write_text(f"{text}-----END CERTIFICATE-----\n")
    command: list[str | Path] = [
        "openssl",
        "ocsp",
        "-sha256",
        "-respin",
        made / "secc_0.ocsp",
        "-issuer",
        issuer,
        "-cert",
        leaf,
    ]
    done = subprocess.run(
        [*command, "-CAfile", made / "v2g_root.pem", "-verify_other", made / "secc_chain.pem", "-attime", "1780272000"],
        capture_output=True,
        text=True,
        check=False,
    )
    # The command has no other clock than the machine's, so that it calls the times invalid; the rest it takes.
    assert "Response verify OK" in done.stderr
    assert "good" in done.stdout.split(), done.stdout
