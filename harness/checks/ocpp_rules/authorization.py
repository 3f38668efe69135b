"""Rules of authorization: which tokens are asked for, what is answered, and that energy waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.checks.metering import keys_of
from harness.checks.ocpp_rules.chapter import MINUTE, Chapter, advise, hold
from harness.checks.ocpp_rules.talk import CSMS, STATION, Exchange, Talk
from harness.checks.rule import Tally

AUTHORIZATION = Chapter()

TOLD = ("Authorize", "TransactionEvent")
PAIRS = {
    "ContractCancelled": {"Blocked", "Expired", "Invalid", "Unknown"},
    "CertificateExpired": {"Expired"},
    "CertificateRevoked": {"Invalid"},
    "CertChainError": {"Invalid"},
}
"""What is said of a token whose contract certificate is not good."""


def token_of(one: Exchange) -> tuple[Any, Any]:
    """A token as it is compared: text without regard to case, and type."""
    token = keys_of(one.ask.get("idToken"))
    return (str(token.get("idToken", "")).lower(), token.get("type"))


def info_of(one: Exchange) -> dict[str, Any]:
    """What an answer says of the token."""
    return keys_of(one.reply.get("idTokenInfo"))


def _of_token(token: tuple[Any, Any]) -> Callable[[Exchange], bool]:
    return lambda one: token_of(one) == token


def _of_start(remote: Any) -> Callable[[Exchange], bool]:
    return lambda one: keys_of(one.ask.get("transactionInfo")).get("remoteStartId") == remote


@AUTHORIZATION.rule(
    "RULE-OCPP-CHARGING-AUTHORISED",
    "Energy waits for an authorisation",
    "C01.FR.01",
    "C06.FR.01",
    about=("TransactionEvent",),
)
def charging_authorised(talk: Talk, tally: Tally) -> None:
    """A transaction that charges has told of a token, or one was accepted before; an offence where AuthCtrlr is on."""
    for course in talk.courses.values():
        first = next((event for event in course.events if event.state == "Charging"), None)
        if course.started is None or first is None or not talk.mine(first.entry):
            continue
        token = any(event.token for event in course.events if event.number <= first.number)
        allowed = talk.before(
            first.entry,
            "Authorize",
            "RequestStartTransaction",
            where=lambda one: one.status == "Accepted" or info_of(one).get("status") == "Accepted",
        )
        enabled = talk.known.is_set("AuthCtrlr", "Enabled", first.entry)
        if enabled is not False:
            enter = hold if enabled else advise
            enter(tally, token or allowed is not None, f"{course.id} charges, and nobody was authorised", first.entry)


@AUTHORIZATION.rule(
    "RULE-OCPP-NO-AUTHORIZE",
    "Tokens that need no authorisation are not asked for",
    "C02.FR.01",
    "C03.FR.01",
    "C05.FR.01",
    about=("Authorize",),
)
def needless(talk: Talk, tally: Tally) -> None:
    """No Authorize with a token of the type NoAuthorization or Central."""
    for one in talk.asked("Authorize", by=STATION):
        kind = token_of(one)[1]
        hold(tally, kind not in {"NoAuthorization", "Central"}, f"Authorize with a token of the type {kind}", one.call)


@AUTHORIZATION.rule(
    "RULE-OCPP-EMPTY-TOKEN",
    "A start without authorisation has an empty token",
    "C02.FR.01",
    about=("TransactionEvent",),
)
def empty_tokens(talk: Talk, tally: Tally) -> None:
    """The idToken of the type NoAuthorization is empty."""
    for one in talk.asked("TransactionEvent", by=STATION):
        text, kind = token_of(one)
        if kind == "NoAuthorization":
            hold(tally, text == "", f"NoAuthorization with the token {text!r}", one.call)


@AUTHORIZATION.rule(
    "RULE-OCPP-NO-AUTHORIZATION-ACCEPTED",
    "A start without authorisation is accepted",
    "C02.FR.02",
    judges=CSMS,
    about=("TransactionEvent",),
)
def no_authorization_accepted(talk: Talk, tally: Tally) -> None:
    """The backend answers Accepted to NoAuthorization."""
    for one in talk.replied("TransactionEvent", by=CSMS):
        if token_of(one)[1] == "NoAuthorization":
            status = info_of(one).get("status")
            hold(tally, status == "Accepted", f"NoAuthorization was answered with {status}", *one.said)


@AUTHORIZATION.rule(
    "RULE-OCPP-TOKEN-ANSWERED",
    "A token in an event is answered",
    "E01.FR.12",
    "E02.FR.02",
    "E03.FR.02",
    judges=CSMS,
    about=("TransactionEvent",),
)
def tokens_answered(talk: Talk, tally: Tally) -> None:
    """IdTokenInfo comes back for every idToken."""
    for one in talk.replied("TransactionEvent", by=CSMS):
        if one.ask.get("idToken"):
            right = isinstance(info_of(one).get("status"), str)
            hold(tally, right, "an event with a token was answered without idTokenInfo", *one.said)


@AUTHORIZATION.rule(
    "RULE-OCPP-GROUP", "The group of a token is told each time", "C01.FR.07", "C09.FR.12", judges=CSMS, about=TOLD
)
def groups(talk: Talk, tally: Tally) -> None:
    """Once told to Authorize, the same groupIdToken comes with every answer about that token."""
    group: dict[Any, Any] = {}
    told = sorted(talk.replied(*TOLD, by=CSMS), key=lambda one: one.done.number)
    for one in told:
        info = info_of(one)
        if not info:
            continue
        known, now = group.get(token_of(one)), info.get("groupIdToken")
        if known is not None and info.get("status") == "Accepted":
            hold(tally, now == known, f"{one.action} was answered without the group that was told before", *one.said)
        if now is not None:
            group[token_of(one)] = now


@AUTHORIZATION.rule("RULE-OCPP-LISTED-EVSE", "A token charges where it may", "C01.FR.21", about=("Authorize",))
def listed_evses(talk: Talk, tally: Tally) -> None:
    """Where the backend names the EVSEs of a token, it charges at none but these."""
    for one in talk.of("Authorize"):
        allowed = info_of(one).get("evseId")
        if not isinstance(allowed, list) or not allowed:
            continue
        for course in talk.courses.values():
            for event in course.events:
                told = any(token_of(each.exchange) == token_of(one) for each in course.events)
                if (
                    told
                    and event.state == "Charging"
                    and event.entry.number > one.done.number
                    and talk.mine(event.entry)
                ):
                    evse = course.evse(event)
                    hold(
                        tally,
                        evse is None or evse in allowed,
                        f"charges at EVSE {evse}, {allowed} are allowed",
                        one.done,
                        event.entry,
                    )


@AUTHORIZATION.rule(
    "RULE-OCPP-LANGUAGES", "A second language is another one", "C01.FR.10", "C01.FR.11", judges=CSMS, about=TOLD
)
def languages(talk: Talk, tally: Tally) -> None:
    """Language2 of a token only beside language1, and not the same."""
    for one in talk.replied(*TOLD, by=CSMS):
        info = info_of(one)
        if "language2" in info:
            first, second = info.get("language1"), info.get("language2")
            hold(tally, first is not None and first != second, f"language1 is {first}, language2 {second}", *one.said)


@AUTHORIZATION.rule(
    "RULE-OCPP-ASKS", "A token that nobody knows is asked for", "C01.FR.02", about=("TransactionEvent",)
)
def asks(talk: Talk, tally: Tally) -> None:
    """Without cache and list (both known to be off), Authorize goes ahead of the event that tells a token locally."""
    for course in talk.courses.values():
        first = next((event for event in course.events if event.token), None)
        if first is None or first.trigger != "Authorized" or not talk.mine(first.entry) or first.ask.get("offline"):
            continue
        off = [
            talk.known.is_set(name, "Enabled", first.entry) is False
            for name in ("AuthCacheCtrlr", "LocalAuthListCtrlr")
        ]
        if all(off) and first.token.get("type") not in {"NoAuthorization", "Central"}:
            wanted = token_of(first.exchange)
            asked = talk.before(
                first.entry,
                "Authorize",
                "RequestStartTransaction",
                where=_of_token(wanted),
            )
            hold(tally, asked is not None, f"{first.token.get('idToken')} was never asked for", first.entry)


@AUTHORIZATION.rule(
    "RULE-OCPP-CONTRACT-HASHES", "A contract is asked for with its certificates", "C07.FR.01", about=("Authorize",)
)
def contract_hashes(talk: Talk, tally: Tally) -> None:
    """A token of the type eMAID with hash data, or with the certificate itself: told where both are missing."""
    for one in talk.asked("Authorize", by=STATION):
        if token_of(one)[1] == "eMAID":
            right = bool(one.ask.get("iso15118CertificateHashData")) or bool(one.ask.get("certificate"))
            advise(tally, right, "an eMAID without hash data and without a certificate", one.call)


@AUTHORIZATION.rule(
    "RULE-OCPP-CONTRACT-STATUS",
    "What is said of a contract fits what is said of its token",
    "C07.FR.13",
    "C07.FR.17",
    judges=CSMS,
    about=("Authorize",),
)
def contract_status(talk: Talk, tally: Tally) -> None:
    """An expired, revoked, cancelled or broken certificate goes with a token that is not accepted."""
    for one in talk.replied("Authorize", by=CSMS):
        certificate, status = one.reply.get("certificateStatus"), info_of(one).get("status")
        fits = PAIRS.get(str(certificate))
        if fits is not None:
            hold(tally, status in fits, f"{certificate} beside the status {status}", *one.said)


@AUTHORIZATION.rule("RULE-OCPP-CACHE-CLEARED", "A cache that is off is not cleared", "C11.FR.04", about=("ClearCache",))
def cache_cleared(talk: Talk, tally: Tally) -> None:
    """ClearCache is Rejected where AuthCacheCtrlr is known to be disabled."""
    for one in talk.replied("ClearCache", by=STATION):
        enabled = talk.known.is_set("AuthCacheCtrlr", "Enabled", one.call)
        if enabled is not None:
            right = enabled or one.status == "Rejected"
            hold(tally, right, f"the cache is off, ClearCache was {one.status}", *one.said)


@AUTHORIZATION.rule(
    "RULE-OCPP-REMOTE-AUTHORISED",
    "A remote start is authorised as the station is set",
    "F01.FR.01",
    "F01.FR.02",
    about=("RequestStartTransaction",),
)
def remote_authorised(talk: Talk, tally: Tally) -> None:
    """By AuthorizeRemoteStart, where it is known: Authorize for the token, or none."""
    for one in talk.replied("RequestStartTransaction", by=STATION):
        wanted = talk.known.is_set("AuthCtrlr", "AuthorizeRemoteStart", one.call)
        if wanted is None or one.status != "Accepted" or token_of(one)[1] in {"NoAuthorization", "Central"}:
            continue
        token = token_of(one)
        asked = talk.after(one.call, "Authorize", by=STATION, within=MINUTE, where=_of_token(token))
        started = talk.after(
            one.call,
            "TransactionEvent",
            by=STATION,
            where=_of_start(one.ask.get("remoteStartId")),
        )
        if wanted and started is not None and _unknown_here(talk, one):
            hold(tally, asked is not None, "AuthorizeRemoteStart is true, and the token was not asked for", *one.said)
        elif not wanted:
            early = asked is not None and (started is None or asked.call.number < started.call.number)
            hold(tally, not early, "AuthorizeRemoteStart is false, and the token was asked for", *one.said)


def _unknown_here(talk: Talk, one: Exchange) -> bool:
    """Whether neither the cache nor the list can have answered for the backend."""
    return all(
        talk.known.is_set(name, "Enabled", one.call) is False for name in ("AuthCacheCtrlr", "LocalAuthListCtrlr")
    )
