"""Backends and stations that are lax in one respect on their OCPP link: they pass over what is wrong with one chain."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.mutants.tls import strangers
from harness.endpoints.ocpp_security import OCPP_TLS
from harness.pki.build import Pki
from harness.pki.credentials import Credentials
from harness.pki.flaws import Flaw
from harness.pki.recipe import Profile
from harness.transports.clock import VIRTUAL_EPOCH
from harness.transports.tls.report import ChainVerdict, TlsRole
from harness.transports.tls.secure import engine_for
from harness.transports.tls.setup import TlsSetup
from harness.transports.tls.verification import judge_chain, openssl_code

_HOST = "csms.v2x-harness.invalid"
_MOST_STEPS = 20


def lax_about(role: Role, flaw: Flaw, *caught_by: str) -> Mutant:
    """A backend or a station that takes chains with this flaw, and is good in all else."""
    return Mutant(
        id=f"ocpp-{role.value}-lax-{flaw.value.replace('_', '-')}",
        role=role,
        title=f"takes a chain though {flaw.description}",
        caught_by=caught_by,
        make=partial(_tolerant, role, flaw),
    )


def _tolerant(role: Role, flaw: Flaw, good: Any) -> Any:
    profile = good.security.tls_profile
    return good.secured(tls_profile=replace(profile, tolerates=objections_to(role, flaw)))


@cache
def objections_to(role: Role, flaw: Flaw) -> frozenset[str]:
    """Codes of all that a good party holds against the flaw: our rules first, which take no handshake, then OpenSSL."""
    pki, found = strangers(Profile.STRICT_20), frozenset[str]()
    for judge in (_ruling, _verdict):
        for _ in range(_MOST_STEPS):
            verdict = judge(role, pki, flaw, found)
            if verdict is None or verdict.good:
                break
            found |= {verdict.rule or openssl_code(verdict.number)}
    return found


def _ruling(role: Role, pki: Pki, flaw: Flaw, tolerates: frozenset[str]) -> ChainVerdict | None:
    return judge_chain(_judging(role, pki, tolerates), _shown(role, pki, flaw).chain)


def _verdict(role: Role, pki: Pki, flaw: Flaw, tolerates: frozenset[str]) -> ChainVerdict | None:
    """What a party that tolerates so much thinks of the chain, by a handshake in memory."""
    ours = engine_for(_judging(role, pki, tolerates))
    shows = TlsRole.CLIENT if role is Role.CSMS else TlsRole.SERVER
    chain = _shown(role, pki, flaw)
    theirs = engine_for(
        TlsSetup(
            role=shows,
            profile=replace(OCPP_TLS, chain_profile=None),
            credentials=chain,
            at=VIRTUAL_EPOCH,
            roots=pki.csms_roots,
            asks_certificate=False,
        )
    )
    for _ in range(_MOST_STEPS):
        ours.handshake(VIRTUAL_EPOCH)
        theirs.feed(ours.take())
        theirs.handshake(VIRTUAL_EPOCH)
        ours.feed(theirs.take())
    return ours.report().peer_verdict


def _shown(role: Role, pki: Pki, flaw: Flaw) -> Credentials:
    """The flawed chain that such a party gets to see."""
    return pki.station_chain(flaw=flaw) if role is Role.CSMS else pki.csms_chain(_HOST, flaw)


def _judging(role: Role, pki: Pki, tolerates: frozenset[str]) -> TlsSetup:
    serving = role is Role.CSMS
    return TlsSetup(
        role=TlsRole.SERVER if serving else TlsRole.CLIENT,
        profile=replace(OCPP_TLS, tolerates=tolerates),
        credentials=pki.csms_chain() if serving else None,
        roots=pki.csms_roots,
        at=VIRTUAL_EPOCH,
        server_name="" if serving else _HOST,
    )
