"""Every field of an adversary, seen from the other side by OpenSSL; what a role cannot do is refused."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import structs

from harness.transports.clock import VIRTUAL_EPOCH
from harness.transports.tls.adversary import Adversary, AlertNow, Blindness, HandshakeMessage
from harness.transports.tls.engine_adversary import AdversaryEngine
from harness.transports.tls.engine_openssl import OpensslEngine
from harness.transports.tls.profile import LENIENT_12, STRICT_20, TlsProfile
from harness.transports.tls.report import Check, HandshakeReport, Outcome, TlsRole
from tests.transports_tls.adversaries import KEYS, PKI, carried, self_signed, setup, shake

CLIENT, SERVER = TlsRole.CLIENT, TlsRole.SERVER
BOTH = (CLIENT, SERVER)
ROOT_NAME = bytes.fromhex("300c310a300806035504030c0154")
SAID = {
    CLIENT: (HandshakeMessage.CLIENT_HELLO, HandshakeMessage.CERTIFICATE, HandshakeMessage.CERTIFICATE_VERIFY),
    SERVER: (
        HandshakeMessage.SERVER_HELLO,
        HandshakeMessage.ENCRYPTED_EXTENSIONS,
        HandshakeMessage.CERTIFICATE_REQUEST,
        HandshakeMessage.CERTIFICATE,
        HandshakeMessage.CERTIFICATE_VERIFY,
        HandshakeMessage.FINISHED,
    ),
}

FIELDS: dict[str, Any] = {
    "certificates": (b"garbage",),
    "certificate_message": b"\x00\x00\x00\x05ab",
    "signature_scheme": 0x0403,
    "wrong_signature": True,
    "foreign_signature": True,
    "suites": (0x1301,),
    "versions": (0x0303,),
    "groups": (0x001D,),
    "schemes": (0x0403,),
    "authorities": (),
    "hello_extensions": ((0x1234, b"x"),),
    "without_extensions": (43,),
    "wrong_status": True,
    "unasked_status": True,
    "leave_out": (HandshakeMessage.CERTIFICATE_VERIFY,),
    "repeat": (HandshakeMessage.CERTIFICATE_VERIFY,),
    "truncate": (HandshakeMessage.CERTIFICATE_VERIFY,),
    "pieces": 16,
    "alert": AlertNow(instead_of=HandshakeMessage.CERTIFICATE, number=80),
    "early_data": b"early",
    "key_update": True,
    "hello_again": True,
    "silent_at": HandshakeMessage.CERTIFICATE,
    "close_at": HandshakeMessage.CERTIFICATE,
    "blind_to": (Blindness.SIGNATURE,),
    "sulks": True,
}
"""A value for each field that changes something."""

ONLY = {
    "suites": CLIENT,
    "versions": CLIENT,
    "groups": CLIENT,
    "hello_again": CLIENT,
    "wrong_status": SERVER,
    "unasked_status": SERVER,
}


def meet(role: TlsRole, terms: dict[str, Any] | None = None, **wrong: Any) -> tuple[HandshakeReport, HandshakeReport]:
    """The adversary's report, and the one of OpenSSL on the other side."""
    ours = AdversaryEngine(setup(role, adversary=Adversary(**wrong), **(terms or {})))
    theirs = OpensslEngine(setup(SERVER if role is CLIENT else CLIENT, **(terms or {})))
    shake(*((ours, theirs) if role is CLIENT else (theirs, ours)))
    return ours.report(), theirs.report()


def refused(role: TlsRole, alert: int, terms: dict[str, Any] | None = None, **wrong: Any) -> HandshakeReport:
    """OpenSSL's report of a handshake that it ends with an alert, which the adversary sees."""
    ours, theirs = meet(role, terms, **wrong)
    assert theirs.outcome is Outcome.REFUSED_BY_US, theirs.error
    assert ours.outcome is Outcome.REFUSED_BY_PEER, ours.error
    assert ours.alert_received is not None
    assert theirs.alert_sent is not None
    assert (ours.alert_received.number, theirs.alert_sent.number) == (alert, alert), theirs.error
    return theirs


def test_the_examples_name_every_field() -> None:
    usual = Adversary()

    assert set(FIELDS) == set(Adversary.__struct_fields__)
    assert all(getattr(usual, name) != value for name, value in FIELDS.items())


@pytest.mark.parametrize("role", BOTH, ids=str)
@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_done_or_refused(name: str, role: TlsRole) -> None:
    wanted = Adversary(**{name: FIELDS[name]})
    if ONLY.get(name, role) is role:
        engine = AdversaryEngine(setup(role, adversary=wanted, staples=(b"staple",)))
        assert not engine.handshake(VIRTUAL_EPOCH) or name in {"alert", "close_at"}
        return
    with pytest.raises(ValueError, match=rf"Adversary\.{name} .* {role.value} "):
        AdversaryEngine(setup(role, adversary=wanted))


@pytest.mark.parametrize("role", BOTH, ids=str)
@pytest.mark.parametrize("field", ["leave_out", "repeat", "truncate", "silent_at", "close_at", "alert"])
def test_a_message_that_a_role_never_sends_is_refused(field: str, role: TlsRole) -> None:
    for profile in (STRICT_20, LENIENT_12):
        for message in HandshakeMessage:
            place: Any = (message,) if field in {"leave_out", "repeat", "truncate"} else message
            place = AlertNow(instead_of=message, number=80) if field == "alert" else place
            wanted = setup(role, profile=profile, adversary=Adversary(**{field: place}), staples=(b"staple",))
            if message in expected(role, profile):
                AdversaryEngine(wanted)
            else:
                with pytest.raises(ValueError, match=rf"Adversary\.{field}: a {role.value} .* no {message.value}"):
                    AdversaryEngine(wanted)


def expected(role: TlsRole, profile: TlsProfile) -> set[HandshakeMessage]:
    """Messages by RFC 8446, 2 and RFC 5246, 7.3."""
    message = HandshakeMessage
    if role is CLIENT:
        said = {message.CLIENT_HELLO, message.CERTIFICATE, message.CERTIFICATE_VERIFY, message.FINISHED}
        return said | ({message.CLIENT_KEY_EXCHANGE} if profile is LENIENT_12 else set())
    said = {message.SERVER_HELLO, message.CERTIFICATE_REQUEST, message.CERTIFICATE, message.FINISHED}
    if profile is STRICT_20:
        return said | {message.ENCRYPTED_EXTENSIONS, message.CERTIFICATE_VERIFY}
    return said | {message.CERTIFICATE_STATUS, message.SERVER_KEY_EXCHANGE, message.SERVER_HELLO_DONE}


def test_a_server_that_asks_for_nothing_cannot_ask_wrongly() -> None:
    for wrong in ({"schemes": (0x0403,)}, {"authorities": ()}, {"leave_out": (HandshakeMessage.CERTIFICATE_REQUEST,)}):
        with pytest.raises(ValueError, match="server"):
            AdversaryEngine(setup(SERVER, asks_certificate=False, adversary=Adversary(**wrong)))


def test_a_server_without_staples_cannot_do_anything_with_them() -> None:
    for wrong in ({"unasked_status": True}, {"repeat": (HandshakeMessage.CERTIFICATE_STATUS,)}):
        with pytest.raises(ValueError, match="server"):
            AdversaryEngine(setup(SERVER, profile=LENIENT_12, adversary=Adversary(**wrong)))


@pytest.mark.parametrize("role", BOTH, ids=str)
def test_certificates_go_out_as_they_stand(role: TlsRole) -> None:
    for entries in ((b"garbage",), (b"\x30" * 60_000,), (PKI.secc_chain().chain[0][:-3],)):
        _, theirs = meet(role, certificates=entries)
        assert theirs.outcome is Outcome.REFUSED_BY_US
        assert theirs.peer_chain == entries
    assert refused(role, 116 if role is CLIENT else 50, certificates=()).peer_chain == ()
    many = (PKI.vehicle_chain() if role is CLIENT else PKI.secc_chain()).chain * 8
    assert meet(role, certificates=many)[1].peer_chain == many


@pytest.mark.parametrize("role", BOTH, ids=str)
def test_the_body_of_a_certificate_message_goes_out_as_it_stands(role: TlsRole) -> None:
    theirs = refused(role, 50, certificate_message=b"\x00\x00\x00\x05ab")

    assert "handshake message 11" in theirs.unreadable[0]


@pytest.mark.parametrize("role", BOTH, ids=str)
def test_a_leaf_that_the_peer_does_not_take_is_shown_all_the_same(role: TlsRole) -> None:
    """A P-256 leaf for a peer that announced P-521 and Ed448 alone."""
    own = KEYS["p256"]
    ours = AdversaryEngine(setup(role, credentials=own, adversary=Adversary()))
    theirs = OpensslEngine(setup(SERVER if role is CLIENT else CLIENT))

    shake(*((ours, theirs) if role is CLIENT else (theirs, ours)))

    assert theirs.outcome is Outcome.REFUSED_BY_US, theirs.error
    assert theirs.report().peer_chain == own.chain
    assert ours.outcome is Outcome.REFUSED_BY_PEER


@pytest.mark.parametrize("role", BOTH, ids=str)
@pytest.mark.parametrize("scheme", [0x0403, 0x0804, 0x0808, 0x0203, 0x7777], ids=hex)
def test_a_scheme_is_named_whether_it_was_offered_or_not(scheme: int, role: TlsRole) -> None:
    theirs = refused(role, 47, signature_scheme=scheme)

    assert theirs.signature_scheme == scheme


@pytest.mark.parametrize("role", BOTH, ids=str)
@pytest.mark.parametrize("profile", [STRICT_20, LENIENT_12], ids=lambda profile: profile.name)
@pytest.mark.parametrize("field", ["wrong_signature", "foreign_signature"])
@pytest.mark.parametrize("kind", ["p521", "rsa", "ed448"])
def test_a_signature_may_be_wrong(kind: str, field: str, profile: TlsProfile, role: TlsRole) -> None:
    own = KEYS[kind]
    wide = structs.replace(profile, signature_schemes=())
    terms = {"credentials": own, "roots": own.chain, "check": Check.ACCEPT, "profile": wide}

    refused(role, 51, terms, **{field: True})

    assert meet(role, terms)[1].alerts == ()


def test_a_client_without_a_key_shows_a_chain_and_signs_with_another() -> None:
    stolen = PKI.vehicle_chain().chain

    ours = AdversaryEngine(setup(CLIENT, credentials=None, adversary=Adversary(certificates=stolen)))
    server = OpensslEngine(setup(SERVER))
    shake(ours, server)
    theirs = server.report()

    assert theirs.peer_chain == stolen
    assert theirs.alert_sent is not None
    assert theirs.alert_sent.number == 51


def test_the_hello_of_a_client_is_edited() -> None:
    cases: tuple[tuple[dict[str, Any], str, Any, int], ...] = (
        ({"suites": (0x1301, 0x00FF)}, "suites", (0x1301, 0x00FF), 40),
        ({"versions": (0x0303, 0x0302)}, "versions", (0x0303, 0x0302), 70),
        ({"groups": (0x001D, 0x0A0A)}, "groups", (0x001D, 0x0A0A), 40),
        ({"schemes": (0x0403,)}, "signature_schemes", (0x0403,), 40),
        ({"without_extensions": (13,)}, "signature_schemes", (), 109),
        ({"without_extensions": (51,)}, "key_shares", (), 109),
        ({"without_extensions": (10,)}, "groups", (), 109),
        ({"hello_extensions": ((10, b"\x00\x02\x00\x19"),)}, "groups", (0x0019,), 47),
    )
    for wrong, field, value, alert in cases:
        hello = refused(CLIENT, alert, **wrong).client_hello
        assert hello is not None
        assert getattr(hello, field) == value, wrong


def test_a_hello_may_offer_old_versions_alone() -> None:
    hello = refused(CLIENT, 70, versions=(0x0302,)).client_hello

    assert hello is not None
    assert hello.legacy_version == 0x0302


def test_groups_bring_their_key_shares() -> None:
    _, theirs = meet(CLIENT, groups=(0x001D, 0x0A0A, 0x0019))

    hello = theirs.client_hello
    assert hello is not None
    assert hello.key_shares == (0x001D, 0x0019)
    assert theirs.group == "secp521r1"


@pytest.mark.parametrize("role", BOTH, ids=str)
@pytest.mark.parametrize("names", [(), (ROOT_NAME,), (ROOT_NAME, b"\x30\x00")], ids=len)
def test_authorities_are_named_even_if_there_are_none(names: tuple[bytes, ...], role: TlsRole) -> None:
    ours, theirs = meet(role, authorities=names)

    said = theirs.client_hello if role is CLIENT else theirs.certificate_request
    assert said is not None
    assert 47 in said.extensions
    assert said.authorities == names
    assert ours.error == theirs.error == ""


def test_unknown_extensions_are_passed_over_by_a_good_server_and_refused_by_a_good_client() -> None:
    _, theirs = meet(CLIENT, hello_extensions=((0xFE01, b"harness"),))
    assert theirs.client_hello is not None
    assert 0xFE01 in theirs.client_hello.extensions
    assert theirs.error == ""

    refused(SERVER, 110, hello_extensions=((16, b""),))
    refused(SERVER, 47, hello_extensions=((10, b""),))
    refused(SERVER, 70, without_extensions=(43,))


def test_a_certificate_request_may_ask_for_schemes_that_nobody_has() -> None:
    ours, theirs = meet(SERVER, schemes=(0x0403,))

    assert theirs.certificate_request is not None
    assert theirs.certificate_request.signature_schemes == (0x0403,)
    assert ours.peer_chain == ()
    assert ours.outcome is Outcome.REFUSED_BY_US


@pytest.mark.parametrize("role", BOTH, ids=str)
def test_messages_are_left_out_repeated_and_cut(role: TlsRole) -> None:
    early = {HandshakeMessage.CLIENT_HELLO, HandshakeMessage.FINISHED, HandshakeMessage.CERTIFICATE_REQUEST}
    for message in SAID[role]:
        if message not in early:
            refused(role, 10, leave_out=(message,))
        if message is not HandshakeMessage.CERTIFICATE_REQUEST:
            refused(role, 10, repeat=(message,))
        if message is HandshakeMessage.CERTIFICATE:
            refused(role, 50, truncate=(message,))


def test_a_station_may_ask_for_no_certificate() -> None:
    ours, theirs = meet(SERVER, leave_out=(HandshakeMessage.CERTIFICATE_REQUEST,))

    assert theirs.certificate_request is None
    assert (ours.peer_chain, ours.error, theirs.error) == ((), "", "")


@pytest.mark.parametrize("role", BOTH, ids=str)
@pytest.mark.parametrize("profile", [STRICT_20, LENIENT_12], ids=lambda profile: profile.name)
@pytest.mark.parametrize("field", ["leave_out", "truncate", "silent_at"])
def test_without_our_finished_nothing_stands(field: str, profile: TlsProfile, role: TlsRole) -> None:
    finished = HandshakeMessage.FINISHED
    wrong: dict[str, Any] = {field: finished if field == "silent_at" else (finished,)}
    terms: dict[str, Any] = {"profile": profile, "check": Check.ACCEPT}
    ours = AdversaryEngine(setup(role, adversary=Adversary(**wrong), **terms))
    theirs = OpensslEngine(setup(SERVER if role is CLIENT else CLIENT, **terms))
    shake(*((ours, theirs) if role is CLIENT else (theirs, ours)))
    assert not ours.established
    assert not theirs.established

    ours.feed_end()

    assert ours.handshake(VIRTUAL_EPOCH)
    assert ours.outcome is Outcome.CLOSED


@pytest.mark.parametrize("role", BOTH, ids=str)
def test_silence_begins_where_it_should(role: TlsRole) -> None:
    for message in SAID[role]:
        ours, theirs = meet(role, silent_at=message)
        assert ours.outcome is theirs.outcome is Outcome.TIMEOUT
        assert ours.alerts == theirs.alerts == ()
        shown = message in {HandshakeMessage.CERTIFICATE_VERIFY, HandshakeMessage.FINISHED}
        assert bool(theirs.peer_chain) is shown


@pytest.mark.parametrize("role", BOTH, ids=str)
def test_the_connection_may_end_in_the_place_of_any_message(role: TlsRole) -> None:
    for message in SAID[role]:
        ours, theirs = meet(role, close_at=message)
        assert ours.outcome is Outcome.REFUSED_BY_US
        assert ours.error == f"closed on purpose in the place of {message.value}"
        assert theirs.alerts == ()


@pytest.mark.parametrize("role", BOTH, ids=str)
@pytest.mark.parametrize("number", [0, 10, 40, 42, 48, 80, 90, 116, 255])
def test_any_alert_may_come_in_the_place_of_any_message(number: int, role: TlsRole) -> None:
    for message in SAID[role]:
        ours, theirs = meet(role, alert=AlertNow(instead_of=message, number=number))
        assert ours.outcome is Outcome.REFUSED_BY_US
        assert "on purpose" in ours.error
        assert (ours.alerts[0].sent, ours.alerts[0].number) == (True, number)
        if message is not HandshakeMessage.CLIENT_HELLO:
            assert (False, number) in [(alert.sent, alert.number) for alert in theirs.alerts]


@pytest.mark.parametrize("role", BOTH, ids=str)
@pytest.mark.parametrize("size", [1, 3, 200])
def test_small_records_come_to_the_same(size: int, role: TlsRole) -> None:
    ours = AdversaryEngine(setup(role, adversary=Adversary(pieces=size)))
    theirs = OpensslEngine(setup(SERVER if role is CLIENT else CLIENT))
    client, server = (ours, theirs) if role is CLIENT else (theirs, ours)
    client.handshake(VIRTUAL_EPOCH)
    if role is CLIENT:
        hello = client.take()
        assert hello[3:5] == size.to_bytes(2, "big")
        server.feed(hello)

    shake(client, server)

    assert carried(ours, theirs, b"x" * 20_000) == b"x" * 20_000


@pytest.mark.parametrize("role", BOTH, ids=str)
def test_data_ahead_of_our_finished_is_seen(role: TlsRole) -> None:
    assert refused(role, 10, early_data=b"early").early_data


@pytest.mark.parametrize("role", BOTH, ids=str)
def test_new_keys_are_asked_for_and_used(role: TlsRole) -> None:
    ours = AdversaryEngine(setup(role, adversary=Adversary(key_update=True)))
    theirs = OpensslEngine(setup(SERVER if role is CLIENT else CLIENT))

    shake(*((ours, theirs) if role is CLIENT else (theirs, ours)))

    assert carried(ours, theirs, b"under new keys") == b"under new keys"
    assert carried(theirs, ours, b"under new keys too") == b"under new keys too"
    assert theirs.report().key_updates == 1
    assert ours.report().key_updates == 1


def test_a_second_hello_is_no_way_to_go_on() -> None:
    assert refused(CLIENT, 10, hello_again=True).version == "TLSv1.3"
    ours, theirs = meet(CLIENT, {"profile": LENIENT_12, "check": Check.ACCEPT}, hello_again=True)
    assert theirs.renegotiations == 1
    assert [(alert.fatal, alert.number) for alert in ours.alerts] == [(False, 100)]
    assert ours.error == theirs.error == ""


def test_two_ways_to_say_one_message_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="exclude each other"):
        AdversaryEngine(setup(CLIENT, adversary=Adversary(certificates=(), certificate_message=b"")))


def test_the_foreign_key_is_of_the_same_kind() -> None:
    own = self_signed(ec.generate_private_key(ec.SECP256R1()))
    wide = structs.replace(STRICT_20, signature_schemes=(), groups=(), chain_profile=None)
    terms = {"credentials": own, "roots": own.chain, "profile": wide}

    assert refused(CLIENT, 51, terms, foreign_signature=True).signature_scheme == 0x0403
