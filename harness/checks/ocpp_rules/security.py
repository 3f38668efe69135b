"""Rules of security: TLS on the OCPP link, secrets that stay secret, and events that are told."""

from __future__ import annotations

from harness.checks.metering import keys_of, objects
from harness.checks.ocpp_rules.chapter import BOTH, MINUTE, Chapter, hold
from harness.checks.ocpp_rules.talk import CSMS, STATION, Talk
from harness.checks.ocpp_rules.variables import key_of, named
from harness.checks.rule import Tally
from harness.core.feature import Feature
from harness.trace.entry import Link, TlsSeen

SECURITY = Chapter()

SECRETS = frozenset({("securityctrlr", "basicauthpassword")})
OLD = frozenset({"SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"})


@SECURITY.rule("RULE-OCPP-TLS", "OCPP travels over TLS 1.2 or later", "A00.FR.313", judges=BOTH)
def tls_version(talk: Talk, tally: Tally) -> None:
    """The version that a handshake on the OCPP link came to; both sides agreed on it."""
    for entry in talk.trace.entries:
        body = entry.body
        if entry.link is Link.OCPP and isinstance(body, TlsSeen) and body.event == "handshake" and not entry.deliberate:
            version = body.facts.get("version")
            if isinstance(version, str):
                hold(tally, version not in OLD, f"the handshake came to {version}", entry)


@SECURITY.rule("RULE-OCPP-SECRETS", "A password is never told", "A01.FR.12", about=("NotifyReport", "GetVariables"))
def secrets(talk: Talk, tally: Tally) -> None:
    """BasicAuthPassword stands with a value in no report and no answer."""
    told = [(one.call, one.ask.get("reportData")) for one in talk.asked("NotifyReport", by=STATION)]
    told += [(one.done, one.reply.get("getVariableResult")) for one in talk.replied("GetVariables", by=STATION)]
    for entry, elements in told:
        for data in objects(elements):
            key = key_of(data)
            values = [
                data.get("attributeValue"),
                *(each.get("value") for each in objects(data.get("variableAttribute"))),
            ]
            if (key[0], key[2]) in SECRETS:
                hold(tally, not any(values), f"{named(key)} is told with its value", entry)


@SECURITY.rule(
    "RULE-OCPP-SECURITY-EVENTS",
    "A backend takes security events",
    "A04.FR.01",
    judges=CSMS,
    about=("SecurityEventNotification",),
)
def events_taken(talk: Talk, tally: Tally) -> None:
    """SecurityEventNotification gets a CALLRESULT from a backend that has accepted the station."""
    for one in talk.of("SecurityEventNotification"):
        if one.answer is not None and talk.mine(one.answer) and talk.fits(one):
            waiting = talk.registration(one.call) in {"Pending", "Rejected"}
            hold(tally, not one.error or waiting, f"refused with {one.error}", *one.said)


@SECURITY.rule(
    "RULE-OCPP-TLS-EVENTS",
    "A backend that was not trusted is told of later",
    "A00.FR.310",
    "A00.FR.316",
    about=("SecurityEventNotification", "BootNotification"),
    needs=(Feature.SECURITY_EVENTS,),
)
def tls_events(talk: Talk, tally: Tally) -> None:
    """Behind a handshake that the station refused, the next good connection brings the security event."""
    kinds = {"InvalidCsmsCertificate", "InvalidTLSVersion", "InvalidTLSCipherSuite"}
    refused = [
        entry
        for entry in talk.trace.entries
        if entry.link is Link.OCPP
        and isinstance(entry.body, TlsSeen)
        and entry.body.event == "refused"
        and entry.sender is STATION
    ]
    for entry in refused[:1]:
        good = next((one for one in talk.calls if one.call.number > entry.number and one.sender is STATION), None)
        told = talk.after(
            entry, "SecurityEventNotification", by=STATION, where=lambda one: one.ask.get("type") in kinds
        )
        if good is not None and talk.mine(good.call) and (told is not None or talk.watched(good.call) > MINUTE):
            hold(tally, told is not None, "the station refused a backend and did not tell", entry, good.call)


@SECURITY.rule("RULE-OCPP-PASSWORD", "A new password is used at once", "A01.FR.03", about=("SetVariables",))
def new_password(talk: Talk, tally: Tally) -> None:
    """Behind an accepted BasicAuthPassword the station comes back on a new connection, in the minute after."""
    for one in talk.replied("SetVariables", by=STATION):
        for result in objects(one.reply.get("setVariableResult")):
            key = key_of(result)
            if (key[0], key[2]) in SECRETS and result.get("attributeStatus") == "Accepted":
                again = [link for link in talk.links if link.number > one.done.number]
                if again or talk.until - one.done.at > MINUTE:
                    soon = bool(again) and again[0].at - one.done.at <= MINUTE
                    hold(tally, soon, "the password was taken, and the old connection went on", *one.said)


@SECURITY.rule("RULE-OCPP-ROOT", "What is no certificate is not installed", "M05.FR.07", about=("InstallCertificate",))
def roots(talk: Talk, tally: Tally) -> None:
    """InstallCertificate with a text that cannot be a PEM certificate is not Accepted."""
    for one in talk.replied("InstallCertificate", by=STATION):
        text = one.ask.get("certificate")
        pem = isinstance(text, str) and "-----BEGIN CERTIFICATE-----" in text and "-----END CERTIFICATE-----" in text
        hold(tally, pem or one.status != "Accepted", "a text that is no certificate was installed", *one.said)


@SECURITY.rule(
    "RULE-OCPP-CERTIFICATE-DELETED",
    "A certificate that was deleted is gone",
    "M04.FR.02",
    "M04.FR.04",
    about=("DeleteCertificate",),
)
def deleted(talk: Talk, tally: Tally) -> None:
    """Accepted once: no list has it any more, and a second time it is NotFound, until one is installed."""
    for one in talk.replied("DeleteCertificate", by=STATION):
        hashes = keys_of(one.ask.get("certificateHashData"))
        if one.status != "Accepted":
            continue
        renewed = talk.after(one.call, "InstallCertificate", "CertificateSigned")
        end = renewed.call.number if renewed is not None else float("inf")
        for each in talk.replied("GetInstalledCertificateIds", "DeleteCertificate", by=STATION):
            if not one.done.number < each.call.number < end:
                continue
            if each.action == "DeleteCertificate" and keys_of(each.ask.get("certificateHashData")) == hashes:
                hold(
                    tally, each.status == "NotFound", f"deleted a second time it is {each.status}", one.done, each.done
                )
            listed = [
                keys_of(item.get("certificateHashData")) for item in objects(each.reply.get("certificateHashDataChain"))
            ]
            if each.action == "GetInstalledCertificateIds":
                hold(tally, hashes not in listed, "a deleted certificate is still listed", one.done, each.done)


@SECURITY.rule(
    "RULE-OCPP-CERTIFICATE-LIST",
    "A list of certificates has what was asked for",
    "M03.FR.01",
    "M03.FR.05",
    about=("GetInstalledCertificateIds",),
)
def listed(talk: Talk, tally: Tally) -> None:
    """Accepted with at least one, NotFound with none, and only of the types asked for."""
    for one in talk.replied("GetInstalledCertificateIds", by=STATION):
        chains, wanted = objects(one.reply.get("certificateHashDataChain")), one.ask.get("certificateType")
        hold(
            tally,
            bool(chains) == (one.status == "Accepted"),
            f"{one.status} with {len(chains)} certificates",
            *one.said,
        )
        if isinstance(wanted, list) and wanted:
            others = {str(chain.get("certificateType")) for chain in chains} - set(map(str, wanted))
            hold(tally, not others, f"{', '.join(sorted(others))} was not asked for", *one.said)


@SECURITY.rule(
    "RULE-OCPP-HASH-ALGORITHM",
    "A certificate is named by the hash that the station told",
    "M04.FR.06",
    judges=CSMS,
    about=("DeleteCertificate",),
)
def hash_algorithm(talk: Talk, tally: Tally) -> None:
    """DeleteCertificate uses the algorithm under which the station listed that serial number."""
    for one in talk.asked("DeleteCertificate", by=CSMS):
        wanted = keys_of(one.ask.get("certificateHashData"))
        known = {
            keys_of(chain.get("certificateHashData")).get("hashAlgorithm")
            for each in talk.of("GetInstalledCertificateIds")
            if each.done.number < one.call.number
            for chain in objects(each.reply.get("certificateHashDataChain"))
            if keys_of(chain.get("certificateHashData")).get("serialNumber") == wanted.get("serialNumber")
        }
        if known:
            right = wanted.get("hashAlgorithm") in known
            hold(
                tally,
                right,
                f"named by {wanted.get('hashAlgorithm')}, listed by {', '.join(map(str, known))}",
                one.call,
            )
