"""`v2x exi` at the command line: what it prints, and with which exit code it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli.exi import exi_app
from harness.core.errors import UserError

FIXTURES = Path(__file__).parents[2] / "fixtures" / "exi"
STREAM = "808c045c669d4bf88d732886120220a080"
XML = (
    '<a:SessionSetupReq xmlns:a="urn:iso:std:iso:15118:-20:CommonMessages"><b:Header '
    'xmlns:b="urn:iso:std:iso:15118:-20:CommonTypes"><b:SessionID>B8CD3A97F11AE651</b:SessionID>'
    "<b:TimeStamp>97</b:TimeStamp></b:Header><a:EVCCID>AA</a:EVCCID></a:SessionSetupReq>"
)


def run(*arguments: str, given: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(exi_app, list(arguments), input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_encode_prints_hex_and_decode_prints_xml() -> None:
    code, printed = run("encode", "common", given=XML)
    assert (code, printed.strip()) == (0, STREAM)
    code, printed = run("decode", "common", STREAM)
    assert code == 0
    assert run("encode", "common", given=printed)[1].strip() == STREAM


def test_fragments() -> None:
    code, printed = run("encode", "common", "--fragment", given=XML)
    assert code == 0
    assert printed.strip() != STREAM
    assert "EVCCID" in run("decode", "common", "--fragment", printed.strip())[1]


def test_an_envelope_and_a_part_that_is_signed() -> None:
    inside = '<b:SessionSetupReq xmlns:b="{0}MsgBody"><b:EVCCID>0102030405FF</b:EVCCID></b:SessionSetupReq>'
    xml = (
        '<V2G_Message xmlns="{0}MsgDef"><Header><h:SessionID xmlns:h="{0}MsgHeader">00</h:SessionID></Header>'
        f"<Body>{inside}</Body></V2G_Message>"
    )
    for key, uri in (("iso2", "urn:iso:15118:2:2013:"), ("din", "urn:din:70121:2012:")):
        code, stream = run("encode", key, given=xml.format(uri))
        assert code == 0
        shown = run("decode", key, stream.strip())[1]
        assert "EVCCID>0102030405FF</" in shown
        assert run("encode", key, given=shown)[1] == stream
    account = (
        '<eMAID xmlns="urn:iso:15118:2:2013:MsgBody" xmlns:t="urn:iso:15118:2:2013:MsgDataTypes" t:Id="a">x</eMAID>'
    )
    code, stream = run("encode", "iso2", "--fragment", given=account)
    assert code == 0
    assert "eMAID" in run("decode", "iso2", "--fragment", stream.strip())[1]


def test_strings_can_be_spelt_out() -> None:
    xml = (
        '<supportedAppProtocolReq xmlns="urn:iso:15118:2:2010:AppProtocol">'
        + '<AppProtocol xmlns=""><ProtocolNamespace>urn:x</ProtocolNamespace><VersionNumberMajor>1</VersionNumberMajor>'
        "<VersionNumberMinor>0</VersionNumberMinor><SchemaID>1</SchemaID><Priority>1</Priority></AppProtocol>"
        * 2
        + "</supportedAppProtocolReq>"
    )
    assert len(run("encode", "sap", given=xml)[1]) < len(run("encode", "sap", "--no-hits", given=xml)[1])


def test_a_stream_that_is_no_message() -> None:
    code, printed = run("decode", "common", STREAM[:20])
    assert code == 1
    assert "the stream ends" in printed
    assert "SessionSetupReq/Header/SessionID" in printed


def test_a_message_that_no_stream_can_carry() -> None:
    code, printed = run("encode", "common", given=XML.replace("97</b:Time", "-1</b:Time"))
    assert code == 1
    assert "-1 is negative" in printed


def test_input_that_is_not_usable() -> None:
    with pytest.raises(UserError, match="not hexadecimal"):
        run("decode", "common", "xy")
    with pytest.raises(UserError, match="there is no schema 'comon'"):
        run("decode", "comon", "80")
    with pytest.raises(UserError, match="not well-formed"):
        run("encode", "common", given="<a>")


def test_check_counts_what_agrees(tmp_path: Path) -> None:
    code, printed = run("check", str(FIXTURES / "dc.documents.jsonl"))
    assert code == 0
    count = len((FIXTURES / "dc.documents.jsonl").read_text(encoding="utf-8").splitlines())
    assert printed.strip() == f"{count} of {count} agree"


def sample(**change: object) -> str:
    line = {"schema": "common", "root": "SessionSetupReq", "fragment": False, "xml": XML, "exi": STREAM}
    return json.dumps(line | change) + "\n"


def test_check_tells_the_differences(tmp_path: Path) -> None:
    file = tmp_path / "samples.jsonl"
    other = STREAM[:-4] + "a480"
    file.write_text(sample() + "\n" + sample(exi=other) + sample(exi=STREAM[:20]) + sample(exi=STREAM + "00"))
    code, printed = run("check", str(file))
    assert code == 1
    assert printed.splitlines()[-1] == "1 of 4 agree"
    assert "line 3, SessionSetupReq: encodes differently from bit" in printed
    undecodable = XML.replace("97</b:Time", "-1</b:Time")
    file.write_text(sample(xml=undecodable))
    assert "cannot be encoded" in run("check", str(file))[1]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "holds no sample"),
        ('{"schema": "common"}', "line 1: is no sample"),
        (sample() + "nonsense", "line 2: is no sample"),
        (sample(schema="x"), "line 1: there is no schema"),
        (sample(exi="xy"), "not hexadecimal"),
        (sample(xml="<a"), "not well-formed"),
        (sample(root="SessionSetupRes"), "the XML holds a SessionSetupReq, not a SessionSetupRes"),
    ],
)
def test_check_names_the_line_that_is_not_usable(tmp_path: Path, text: str, what: str) -> None:
    file = tmp_path / "samples.jsonl"
    file.write_text(text)
    with pytest.raises(UserError, match=what):
        run("check", str(file))


def test_check_needs_a_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        run("check", str(tmp_path / "absent.jsonl"))
