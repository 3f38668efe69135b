"""The bytes of a certificate, read by ourselves: every way of writing one wrongly has a name."""

from __future__ import annotations

import pytest

from harness.pki.build import Pki
from harness.pki.lint import lint_chain
from harness.pki.lint_der import Element, UnreadableError, dotted, read_der
from harness.pki.objection import Severity
from harness.pki.recipe import ChainKind, Profile
from harness.pki.rules import rules_for

AT = 1_767_225_600.0
PKI = Pki.generate(AT)
GOOD = PKI.secc_chain().chain
SECC = rules_for(ChainKind.SECC)

VERSION, SERIAL, INNER, ISSUER, VALIDITY, SUBJECT, KEY, EXTENSIONS = ((0, place) for place in range(8))
KEY_USAGE = bytes.fromhex("551d0f")


def written(tag: int, body: bytes) -> bytes:
    size = len(body)
    octets = size.to_bytes((size.bit_length() + 7) // 8) if size > 127 else b""
    return bytes([tag, 0x80 | len(octets)]) + octets + body if octets else bytes([tag, size]) + body


def put(certificate: bytes, place: tuple[int, ...], new: bytes) -> bytes:
    """The certificate with another element at a place; lengths above it are put right."""

    def again(element: Element, rest: tuple[int, ...]) -> bytes:
        if not rest:
            return new
        parts = [one.whole for one in element.children]
        parts[rest[0]] = again(element.children[rest[0]], rest[1:])
        return written(element.tag, b"".join(parts))

    return again(read_der(certificate).root, place)


def at(certificate: bytes, place: tuple[int, ...]) -> Element:
    found = read_der(certificate).root
    for one in place:
        found = found.children[one]
    return found


def extension(certificate: bytes, identifier: bytes) -> tuple[int, ...]:
    listed = (*EXTENSIONS, 0)
    found = at(certificate, listed).children
    return (*listed, next(place for place, one in enumerate(found) if one.children[0].body == identifier))


def codes(leaf: bytes) -> set[tuple[str, Severity]]:
    return {(one.code, one.severity) for one in lint_chain((leaf, *GOOD[1:]), SECC) if one.depth == 0}


def errors(leaf: bytes) -> set[str]:
    return {code for code, severity in codes(leaf) if severity is Severity.ERROR}


LEAF = GOOD[0]


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("kind", ChainKind)
def test_what_is_taken_apart_can_be_put_together(kind: ChainKind, profile: Profile) -> None:
    for certificate in Pki.generate(AT, profile=profile).chain(kind).chain:
        reading = read_der(certificate)
        assert (reading.trailing, reading.loose) == (0, ())
        assert put(certificate, (0,), reading.root.children[0].whole) == certificate


@pytest.mark.parametrize(
    ("bent", "code"),
    [
        (LEAF + b"\0", "certificate.trailing"),
        (b"\x30\x83\0" + LEAF[2:], "certificate.encoding"),
        (b"\x30\x80" + LEAF[4:] + b"\0\0", "certificate.encoding"),
        (put(LEAF, SERIAL, b"\x02\x01\xff"), "certificate.serial"),
        (put(LEAF, SERIAL, b"\x02\x01\x00"), "certificate.serial"),
        (put(LEAF, SERIAL, b"\x02\x18" + b"\x01" * 24), "certificate.serial"),
        (put(LEAF, SERIAL, b"\x02\x02\x00\x01"), "certificate.encoding"),
        (put(LEAF, VERSION, b"\xa0\x03\x02\x01\x01"), "certificate.version"),
        (put(LEAF, VERSION, b""), "certificate.version"),
        (put(LEAF, (1,), b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"), "certificate.algorithms"),
        (put(LEAF, (*VALIDITY, 0), b"\x17\x0b2512310000Z"), "certificate.time"),
        (put(LEAF, (*VALIDITY, 1), b"\x17\x0d200101000000Z"), "certificate.dates"),
        (put(LEAF, (*ISSUER,), b"\x30\x00"), "certificate.no_name"),
        (put(LEAF, (2,), b"\x03\x02\x01\x80"), "certificate.encoding"),
        (LEAF[:-1], "certificate.unreadable"),
    ],
)
def test_a_certificate_written_wrongly_is_refused_by_name(bent: bytes, code: str) -> None:
    assert code in errors(bent)


def test_a_date_in_the_form_of_later_ones_is_told() -> None:
    bent = put(LEAF, (*VALIDITY, 0), b"\x18\x0f20251231000000Z")

    assert ("certificate.time_form", Severity.NOTICE) in codes(bent)
    assert "certificate.time" not in errors(bent)


@pytest.mark.parametrize("tag", [0x14, 0x1C, 0x1E])
def test_strings_of_old_are_refused(tag: int) -> None:
    place = (*SUBJECT, len(at(LEAF, SUBJECT).children) - 1, 0, 1)
    text = at(LEAF, place).body
    wide = {0x14: text, 0x1C: text.decode().encode("utf-32-be"), 0x1E: text.decode().encode("utf-16-be")}[tag]

    assert "certificate.string_type" in errors(put(LEAF, place, written(tag, wide)))


def test_a_domain_in_another_kind_of_string_is_told() -> None:
    place = (*SUBJECT, 0, 0, 1)
    bent = put(LEAF, place, written(0x0C, at(LEAF, place).body))

    assert codes(bent) == {("certificate.string_type", Severity.NOTICE)}


def test_a_compressed_point_a_stray_point_and_a_spelt_out_curve_are_told_apart() -> None:
    point = at(LEAF, (*KEY, 1)).body[1:]
    half = point[1:67]
    stray = bytes([*point[:-1], point[-1] ^ 1])

    assert errors(put(LEAF, (*KEY, 1), written(3, bytes([0, 2 + point[-1] % 2]) + half))) == {
        "certificate.key_compressed"
    }
    assert errors(put(LEAF, (*KEY, 1), written(3, b"\0" + stray))) == {"certificate.key_point"}
    assert "certificate.key_parameters" in errors(put(LEAF, (*KEY, 0, 1), b"\x30\x03\x02\x01\x01"))
    assert "certificate.key_parameters" in errors(put(LEAF, (*KEY, 0, 1), b"\x05\x00"))


def test_an_extension_twice_is_refused() -> None:
    place = extension(LEAF, KEY_USAGE)
    twice = at(LEAF, place).whole * 2

    assert errors(put(LEAF, place, twice)) == {"certificate.extension_twice"}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"\x03\x02\x07\x00", "certificate.key_usage_bits"),
        (b"\x03\x01\x00", "certificate.key_usage_bits"),
        (b"\x03\x03\x00\x80\x01", "certificate.key_usage_bits"),
        (b"\x03\x02\x07\x80\x00", "certificate.extension_value"),
        (b"\x03\x09\x07\x80", "certificate.extension_value"),
        (b"\x02\x01\x01", "certificate.key_usage_bits"),
    ],
)
def test_key_usage_is_read_bit_by_bit(value: bytes, code: str) -> None:
    place = (*extension(LEAF, KEY_USAGE), 2)

    assert code in errors(put(LEAF, place, written(4, value)))


def test_zeros_at_the_end_of_key_usage_are_told_and_not_judged() -> None:
    place = (*extension(LEAF, KEY_USAGE), 2)

    assert codes(put(LEAF, place, written(4, b"\x03\x02\x00\x80"))) == {
        ("certificate.key_usage_zeros", Severity.NOTICE)
    }


def test_a_boolean_is_ff_and_a_default_is_left_out() -> None:
    place = (*extension(LEAF, KEY_USAGE), 1)

    assert "certificate.encoding" in errors(put(LEAF, place, b"\x01\x01\x01"))
    assert "certificate.encoding" in errors(put(LEAF, place, b"\x01\x01\x00"))


def test_identifiers_are_read_as_numbers() -> None:
    assert dotted(KEY_USAGE) == "2.5.29.15"
    assert dotted(bytes.fromhex("2a8648ce3d0201")) == "1.2.840.10045.2.1"
    assert dotted(b"") == ""


@pytest.mark.parametrize(
    "bytes_", [b"", b"\x30", b"\x30\x02\x05", b"\x1f\x81\x01\x00", b"\x05\x80\x00\x00", b"\x30\x89" + b"\1" * 9]
)
def test_what_cannot_be_taken_apart_is_said_so(bytes_: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_der(bytes_)


@pytest.mark.parametrize(
    ("bytes_", "loose"),
    [
        (b"\x01\x01\x07", "a boolean is neither 00 nor FF"),
        (b"\x02\x00", "an integer has no octet"),
        (b"\x02\x02\xff\xff", "an integer takes more octets than it needs"),
        (b"\x03\x00", "a bit string does not tell its unused bits"),
        (b"\x03\x02\x04\x0f", "the unused bits of a bit string are not zero"),
        (b"\x06\x00", "an object identifier is cut off"),
        (b"\x06\x03\x55\x80\x01", "an object identifier is padded"),
        (b"\x24\x03\x04\x01\x00", "a string comes in pieces"),
        (b"\x31\x06\x02\x01\x02\x02\x01\x01", "the members of a set are not in order"),
        (b"\x30\x80\x00\x00", "a length is left open"),
    ],
)
def test_looseness_is_told(bytes_: bytes, loose: str) -> None:
    assert read_der(bytes_).loose == (loose,)


def test_an_algorithm_that_nobody_knows_is_no_exception() -> None:
    """OCPP allows many, so that its rules look at what a signature is made with by name."""
    leaf, *above = PKI.csms_chain().chain
    unknown = written(0x30, bytes.fromhex("0608 7f 8648ce3d040302"))
    bent = put(put(leaf, INNER, unknown), (1,), unknown)

    found = lint_chain((bent, *above), rules_for(ChainKind.CSMS))

    assert [(one.code, one.severity) for one in found] == [("certificate.signature", Severity.ERROR)]


def test_a_station_with_the_keys_of_iso2_is_told_so() -> None:
    """What public implementations show today, held against the rules of ISO 15118-20."""
    chain = Pki.generate(AT, profile=Profile.ISO2).secc_chain().chain

    found = {one.code for one in lint_chain(chain, SECC) if one.severity is Severity.ERROR}

    assert found == {
        "certificate.key",
        "certificate.signature",
        "leaf.domain",
        "leaf.extended_use",
    }
