"""What a station makes of a token by itself: good, no good, or a question for the backend (C10 to C15)."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from harness.endpoints.station.authorization_terms import TokenRules
from harness.endpoints.station.ocpp.token_memory import ACCEPTED, Info, TokenMemory, group_of, name_of
from harness.endpoints.station.quantities import Token

EVSE_ID = 1
"""The station's only EVSE."""


class Opinion(StrEnum):
    """What to do with a token."""

    TAKE = "take"
    REFUSE = "refuse"
    ASK = "ask"
    """Ask the backend, once it can be asked."""


class Verdict(Struct, frozen=True, kw_only=True):
    """An opinion, and what it rests on."""

    opinion: Opinion
    info: Info


def fits(info: Info) -> bool:
    """Whether a token may charge at this EVSE by what is said of it (C01.FR.21)."""
    return bool(info["status"] == ACCEPTED and (not info.get("evseId") or EVSE_ID in info["evseId"]))


def verdict(
    token: Token, rules: TokenRules, memory: TokenMemory, at: float, *, online: bool, offset: float = 0.0
) -> Verdict:
    """What to do with a token that somebody presents.

    Args:
        token: number and type; a contract whose chain was found good has that chain.
        rules: what is set at the station.
        memory: what it knows.
        at: now.
        online: whether the backend can be asked.
        offset: seconds that the backend's clock is ahead.
    """
    listed = memory.list.find(name_of(token), at + offset) if rules.list_enabled else None
    cached = None
    if rules.cache and listed is None:
        cached = memory.cache.find(name_of(token), at, lifetime=rules.cache_lifetime, offset=offset)
    known = listed if listed is not None else cached
    final = rules.list_final if listed is not None else rules.cache_final
    decide = _online if online else _offline
    return decide(token, rules, known, final=final)


def _online(token: Token, rules: TokenRules, known: Info | None, *, final: bool) -> Verdict:
    """A contract is put to the backend in any case, for its certificates may have been revoked (C07.FR.02)."""
    if known is None or not rules.local_pre_authorize or token.chain:
        return Verdict(opinion=Opinion.ASK, info={})
    if fits(known):
        return Verdict(opinion=Opinion.TAKE, info=known)
    return Verdict(opinion=Opinion.REFUSE if final else Opinion.ASK, info=known)


def _offline(token: Token, rules: TokenRules, known: Info | None, *, final: bool) -> Verdict:
    """What the station knows counts, or that it knows nothing (C13.FR.02, C15.FR.08, C07.FR.07)."""
    del final
    if token.chain and not rules.contract_validation_offline:
        return Verdict(opinion=Opinion.REFUSE, info={})
    if known is not None and rules.local_authorize_offline:
        return Verdict(opinion=Opinion.TAKE if fits(known) else Opinion.REFUSE, info=known)
    if known is None and rules.unknown_offline:
        return Verdict(opinion=Opinion.TAKE, info={"status": ACCEPTED})
    return Verdict(opinion=Opinion.ASK, info={})


def is_master(info: Info, rules: TokenRules) -> bool:
    """Whether a token belongs to those that stop every transaction and start none (C16)."""
    return bool(rules.master_pass_group) and group_of(info) == rules.master_pass_group.lower()
