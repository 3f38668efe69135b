"""Rules of certificates that a station gets signed, and of those of contracts and revocation that pass through it."""

from __future__ import annotations

import itertools
from base64 import b64decode
from binascii import Error
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from harness.checks.ocpp_rules.chapter import MINUTE, Chapter, hold
from harness.checks.ocpp_rules.talk import CSMS, STATION, Exchange, Talk
from harness.checks.rule import Tally
from harness.core.feature import Feature

CERTIFICATES = Chapter()

SIGN, SIGNED = ("SignCertificate",), ("CertificateSigned",)
TRIGGERS = {
    "SignChargingStationCertificate": "ChargingStationCertificate",
    "SignV2GCertificate": "V2GCertificate",
    "SignV2G20Certificate": "V2G20Certificate",
}
LEAST_BITS = {"RSA": 2048, "EC": 224}
LONGEST_EXI = 5600


def _kind(one: Exchange) -> Any:
    return one.ask.get("certificateType", "ChargingStationCertificate")


def _request(text: Any) -> x509.CertificateSigningRequest | None:
    try:
        return x509.load_pem_x509_csr(str(text).encode())
    except (ValueError, TypeError):
        return None


@CERTIFICATES.rule(
    "RULE-OCPP-CSR", "A certificate is asked for with a sound request", "A02.FR.03", "A02.FR.13", about=SIGN
)
def requests(talk: Talk, tally: Tally) -> None:
    """PEM of PKCS #10, an RSA key of 2048 or an EC key of 224 bits at least, and a name and an owner."""
    for one in talk.asked(*SIGN, by=STATION):
        parsed = _request(one.ask.get("csr"))
        if parsed is None:
            tally.bad("the csr is no PKCS #10 request in PEM", one.call)
            continue
        key = parsed.public_key()
        if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
            kind = "RSA" if isinstance(key, rsa.RSAPublicKey) else "EC"
            hold(tally, key.key_size >= LEAST_BITS[kind], f"an {kind} key of {key.key_size} bits", one.call)
        if _kind(one) == "ChargingStationCertificate":
            names = {name.oid for name in parsed.subject}
            hold(tally, NameOID.COMMON_NAME in names, "the request has no common name", one.call)
            hold(tally, NameOID.ORGANIZATION_NAME in names, "the request has no organisation", one.call)


@CERTIFICATES.rule(
    "RULE-OCPP-CSR-TYPE", "The certificate that was wanted is asked for", "A02.FR.02", about=("TriggerMessage",)
)
def request_types(talk: Talk, tally: Tally) -> None:
    """SignCertificate behind an accepted trigger has the type that the trigger names."""
    for one in talk.replied("TriggerMessage", by=STATION):
        wanted = TRIGGERS.get(str(one.ask.get("requestedMessage")))
        asked = talk.after(one.done, *SIGN, by=STATION, within=MINUTE) if wanted and one.status == "Accepted" else None
        if asked is not None and talk.mine(asked.call):
            hold(
                tally, _kind(asked) == wanted, f"{wanted} was wanted, {_kind(asked)} is asked for", one.call, asked.call
            )


@CERTIFICATES.rule(
    "RULE-OCPP-SIGNED", "A certificate that was promised comes", "A02.FR.11", "A02.FR.14", judges=CSMS, about=SIGN
)
def comes(talk: Talk, tally: Tally) -> None:
    """CertificateSigned of the same type behind an accepted request; that none came within a minute is told."""
    for one in talk.replied(*SIGN, by=CSMS):
        sent = talk.after(one.call, *SIGNED, by=CSMS)
        if one.status == "Accepted" and sent is not None:
            hold(
                tally, _kind(sent) == _kind(one), f"{_kind(one)} was asked for, {_kind(sent)} came", one.call, sent.call
            )
        elif one.status == "Accepted" and talk.watched(one.done) > MINUTE:
            tally.notice("no certificate came within a minute", *one.said)


@CERTIFICATES.rule(
    "RULE-OCPP-SIGNED-EVENT",
    "A certificate that is refused is a security event",
    "A02.FR.07",
    "A02.FR.20",
    about=SIGNED,
    needs=(Feature.SECURITY_EVENTS,),
)
def refused(talk: Talk, tally: Tally) -> None:
    """InvalidChargingStationCertificate behind a rejected CertificateSigned, and no new request at once."""
    for one in talk.replied(*SIGNED, by=STATION):
        if one.status != "Rejected" or _kind(one) != "ChargingStationCertificate":
            continue
        told = talk.after(
            one.call,
            "SecurityEventNotification",
            by=STATION,
            within=MINUTE,
            where=lambda each: each.ask.get("type") == "InvalidChargingStationCertificate",
        )
        if told is not None or talk.watched(one.done) > MINUTE:
            hold(tally, told is not None, "no InvalidChargingStationCertificate followed", *one.said)
        again = talk.after(one.done, *SIGN, by=STATION, within=1.0)
        triggered = talk.after(one.done, "TriggerMessage", by=CSMS, within=1.0)
        hold(tally, again is None or triggered is not None, "a new request followed at once", *one.said)


@CERTIFICATES.rule(
    "RULE-OCPP-CSR-RETRY",
    "A certificate that does not come is asked for with patience",
    "A02.FR.17",
    "A02.FR.18",
    about=SIGN,
)
def retries(talk: Talk, tally: Tally) -> None:
    """CertSigningWaitMinimum between two requests, doubled each time, where it is known."""
    series = 0
    asked = [one for one in talk.of("SignCertificate") if one.sender is STATION]
    for before, one in itertools.pairwise(asked):
        between = talk.after(before.call, "CertificateSigned", "TriggerMessage", by=CSMS)
        answered = between is not None and between.call.number < one.call.number
        series = 0 if answered or _kind(one) != _kind(before) or before.status != "Accepted" else series + 1
        least = talk.known.number("SecurityCtrlr", "CertSigningWaitMinimum", one.call)
        if series and least is not None and talk.mine(one.call):
            wanted = least * 2 ** (series - 1)
            waited = one.call.at - before.done.at
            hold(
                tally,
                waited >= wanted - 1.0,
                f"asked again after {waited:.0f} s, {wanted:g} s are set",
                before.call,
                one.call,
            )


@CERTIFICATES.rule("RULE-OCPP-CHAIN-SIZE", "A chain that is too long is refused", "A02.FR.16", about=SIGNED)
def chain_sizes(talk: Talk, tally: Tally) -> None:
    """Longer than MaxCertificateChainSize, where it is known: Rejected."""
    for one in talk.replied(*SIGNED, by=STATION):
        most = talk.known.number("SecurityCtrlr", "MaxCertificateChainSize", one.call)
        size = len(str(one.ask.get("certificateChain", "")))
        if most is not None:
            right = size <= most or one.status == "Rejected"
            hold(tally, right, f"{size} characters were {one.status}, {most:g} are the most", *one.said)


@CERTIFICATES.rule(
    "RULE-OCPP-EXI-REQUEST",
    "A request of the EV is passed on as it is",
    "M01.FR.01",
    "M02.FR.01",
    about=("Get15118EVCertificate",),
)
def exi_requests(talk: Talk, tally: Tally) -> None:
    """ExiRequest is base64 of something."""
    for one in talk.asked("Get15118EVCertificate", by=STATION):
        hold(tally, bool(_decoded(one.ask.get("exiRequest"))), "exiRequest is no base64", one.call)


@CERTIFICATES.rule(
    "RULE-OCPP-EXI-RESPONSE",
    "A contract that was granted is there",
    "M01.FR.01",
    judges=CSMS,
    about=("Get15118EVCertificate",),
)
def exi_responses(talk: Talk, tally: Tally) -> None:
    """Accepted with an exiResponse, base64 and not longer than 5600 characters."""
    for one in talk.replied("Get15118EVCertificate", by=CSMS):
        if one.status == "Accepted":
            told = one.reply.get("exiResponse")
            right = bool(_decoded(told)) and len(str(told)) <= LONGEST_EXI
            hold(tally, right, "Accepted, and exiResponse is empty, too long or no base64", *one.said)


@CERTIFICATES.rule(
    "RULE-OCPP-OCSP",
    "A status of a certificate that was had is there",
    "M06.FR.02",
    "M06.FR.03",
    "M06.FR.04",
    judges=CSMS,
    about=("GetCertificateStatus",),
)
def ocsp(talk: Talk, tally: Tally) -> None:
    """Accepted with the OCSP response, DER in base64; Failed without."""
    for one in talk.replied("GetCertificateStatus", by=CSMS):
        data = _decoded(one.reply.get("ocspResult"))
        if one.status == "Accepted":
            hold(tally, data[:1] == b"\x30", "Accepted, and ocspResult is no DER in base64", *one.said)
        elif one.status == "Failed":
            hold(tally, not data, "Failed, with an ocspResult", *one.said)


def _decoded(text: Any) -> bytes:
    """Bytes of a base64 text, line breaks aside; none where it is no such."""
    if not isinstance(text, str):
        return b""
    try:
        return b64decode("".join(text.split()), validate=True)
    except (Error, ValueError):
        return b""
