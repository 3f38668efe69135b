"""Streams of foreign encoders: read as they mean and written as they are, compiled and interpreted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.exi.codec import Codec
from harness.exi.errors import ExiError
from harness.messages.field import Message
from harness.messages.iso2.certificates import SignedEmaid
from harness.messages.iso2.message import Body, MessageHeader, V2gMessage
from harness.messages.registry import SCHEMA_KEYS, schema
from harness.messages.schema import codec, decode, encode
from harness.messages.xml import from_xml
from harness.messages.xmldsig import DigestMethod

FIXTURES = Path(__file__).parents[2] / "fixtures" / "exi"


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FIXTURES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def meaning(line: dict[str, Any]) -> Message:
    declared = schema(line["schema"])
    entries = declared.names if line["fragment"] else declared.roots
    return from_xml(line["xml"], [entry.kind for entry in entries if entry.kind and entry.kind.name == entry.name])


@pytest.mark.parametrize("kind", ["documents", "fragments"])
@pytest.mark.parametrize("key", SCHEMA_KEYS)
def test_random_messages_agree_with_the_reference_both_ways(key: str, kind: str) -> None:
    samples = lines(f"{key}.{kind}")
    assert len({line["exi"] for line in samples}) >= 100
    for line in samples:
        stream, message, fragment = bytes.fromhex(line["exi"]), meaning(line), line["fragment"]
        assert codec(key).decode(stream, fragment=fragment) == message
        assert codec(key).decode_slowly(stream, fragment=fragment) == message
        assert codec(key).encode(message, fragment=fragment, hits=True) == stream
        assert codec(key).encode_slowly(message, fragment=fragment, hits=True) == stream


@pytest.mark.parametrize("key", SCHEMA_KEYS)
def test_spelt_out_strings_are_the_same_message(key: str) -> None:
    for line in lines(f"{key}.documents"):
        message = meaning(line)
        spelt = codec(key).encode(message)
        assert len(spelt) >= len(bytes.fromhex(line["exi"]))
        assert codec(key).encode_slowly(message) == spelt
        assert decode(key, spelt) == message


@pytest.mark.parametrize("key", ["sap", "common", "ac", "dc", "acdp", "wpt", "iso2", "din"])
def test_unsigned_messages_need_no_interpreter(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = [line for line in lines(f"{key}.documents") if "SignedInfo" not in line["xml"]]
    messages = [meaning(line) for line in samples]
    assert len(samples) >= 10

    def interpreted(*_: object, **__: object) -> None:
        raise AssertionError("a lawful message went to the interpreter")

    monkeypatch.setattr(Codec, "decode_slowly", interpreted)
    monkeypatch.setattr(Codec, "encode_slowly", interpreted)
    for line, message in zip(samples, messages, strict=True):
        if len(line["exi"]) <= 2 * 8192:
            assert decode(key, bytes.fromhex(line["exi"])) == message
            assert encode(message, hits=True).hex() == line["exi"]


def test_what_josev_writes_is_what_we_write() -> None:
    for line in lines("spelt-out"):
        stream, fragment = bytes.fromhex(line["exi"]), line["fragment"]
        message = codec(line["schema"]).decode(stream, fragment=fragment)
        assert message == meaning(line)
        assert codec(line["schema"]).encode(message, fragment=fragment) == stream


def test_signed_parts_are_fragments_under_their_local_names() -> None:
    for line in lines("signed-parts"):
        stream = bytes.fromhex(line["exi"])
        message = codec(line["schema"]).decode(stream, fragment=True)
        assert codec(line["schema"]).encode(message, fragment=True, hits=True) == stream
    assert {line["root"] for line in lines("signed-parts")} >= {"OEMProvisioningCertificateChain", "SignedInfo"}


def test_what_iso2_signs_is_a_fragment_under_its_name() -> None:
    signed = {"AuthorizationReq", "CertificateInstallationReq", "CertificateUpdateReq", "MeteringReceiptReq"}
    signed |= {"ContractSignatureCertChain", "ContractSignatureEncryptedPrivateKey", "DHpublickey", "eMAID"}
    assert {line["root"] for line in lines("iso2.fragments")} >= signed | {"SalesTariff"}


EMAID = "80ec0202b4b218c00451114c505090d10c91518ccd4dd04c7d3d00"


def test_a_name_of_two_types_has_the_grammar_of_neither() -> None:
    """Alone, an eMAID may have whatever attribute and child the schema knows."""
    account = SignedEmaid(id="id1", value="DE1ABCD2EF357A1")
    assert codec("iso2").encode(account, fragment=True).hex() == EMAID
    assert codec("iso2").decode(bytes.fromhex(EMAID), fragment=True) == account
    bare = SignedEmaid(id=None, value="x")  # type: ignore[arg-type]
    assert codec("iso2").decode(codec("iso2").encode(bare, fragment=True), fragment=True) == bare


@pytest.mark.parametrize(
    ("stream", "what"),
    [
        ("80ec7f80", "any element: the declarations keep nothing of it"),
        ("80ec0000", "any element: the declarations keep nothing of it"),
        ("80ecff80", "event code 511 where any element or @Id or text may come"),
        ("80ec", "the stream ends"),
    ],
)
def test_of_a_loose_element_only_its_own_parts_are_kept(stream: str, what: str) -> None:
    with pytest.raises(ExiError, match=what):
        codec("iso2").decode(bytes.fromhex(stream), fragment=True)


def test_many_alternatives_are_told_in_short() -> None:
    odd = V2gMessage(header=MessageHeader(session_id=bytes(8)), body=Body(element=DigestMethod(algorithm="a")))  # type: ignore[arg-type]
    with pytest.raises(ExiError, match=r"asks for one of 36 \(AuthorizationReq to the end of the element\)"):
        encode(odd)


def test_empty_text_is_read_in_both_forms() -> None:
    for line in lines("empty"):
        theirs, fragment = bytes.fromhex(line["exi"]), line["fragment"]
        message = codec(line["schema"]).decode(theirs, fragment=fragment)
        ours = codec(line["schema"]).encode(message, fragment=fragment)
        assert message == meaning(line)
        assert ours != theirs
        assert codec(line["schema"]).decode(ours, fragment=fragment) == message


EXPECTED = {
    "missing last element": ("the end of the element where EVCCID must come", 103, "SessionSetupReq"),
    "empty message": ("the end of the element where Header must come", 14, "SessionSetupReq"),
    "undeclared element": ("an undeclared element where the end", 130, "SessionSetupReq"),
    "undeclared attribute": ("an undeclared attribute where Header", 14, "SessionSetupReq"),
    "xsi:type": ("xsi:type where Header", 14, "SessionSetupReq"),
    "xsi:nil": ("xsi:nil where Header", 14, "SessionSetupReq"),
    "undeclared text": ("undeclared text where the end", 130, "SessionSetupReq"),
    "undeclared root": ("an element that is not in the schema", 8, ""),
    "simple element": ("known by name only", 8, ""),
    "mixed text": ("text: the declarations keep nothing of it", 30, "SignatureMethod"),
    "foreign element": ("any element: the declarations keep nothing of it", 30, "SignatureMethod"),
}


@pytest.mark.parametrize("line", lines("refused"), ids=lambda line: f"{line['why']} {line['fragment']}")
def test_deviations_from_the_schema_are_told_apart(line: dict[str, Any]) -> None:
    what, bit, path = EXPECTED[line["why"]]
    with pytest.raises(ExiError) as caught:
        codec(line["schema"]).decode(bytes.fromhex(line["exi"]), fragment=line["fragment"])
    assert what in caught.value.what
    assert caught.value.bit == bit
    assert caught.value.path == path


def test_foreign_elements_are_not_dropped_in_silence() -> None:
    message = DigestMethod(algorithm="a", foreign=("<b/>",))
    for write in (codec("xmldsig").encode, codec("xmldsig").encode_slowly):
        with pytest.raises(ExiError, match="foreign holds foreign elements, which cannot be written"):
            write(message)
