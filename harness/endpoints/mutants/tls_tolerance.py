"""Devices that are lax in one respect: they pass over exactly what a good device holds against one chain."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.mutants.tls import strangers
from harness.pki.build import Pki
from harness.pki.credentials import Credentials
from harness.pki.recipe import Profile
from harness.transports.clock import VIRTUAL_EPOCH
from harness.transports.tls.adversary import Adversary, Blindness
from harness.transports.tls.profile import STRICT_20
from harness.transports.tls.report import ChainVerdict, TlsRole
from harness.transports.tls.secure import engine_for
from harness.transports.tls.setup import TlsSetup
from harness.transports.tls.verification import judge_chain, openssl_code

Shown = Callable[[Pki], Credentials]
"""The chain that a device is lax about."""

_MOST_STEPS = 20


def lax(
    role: Role, name: str, title: str, caught_by: tuple[str, ...], shown: Shown, *, blind_to: tuple[Blindness, ...] = ()
) -> Mutant:
    """A station or an EV that takes a chain which a good one refuses, and is good in all else.

    Args:
        role: of the device.
        name: end of its id.
        title: what it does wrong.
        caught_by: ends of case ids.
        shown: the chain that it takes.
        blind_to: what it does not look at in the handshake besides.
    """
    prefix = "station-lax-" if role is Role.STATION else "ev-lax-"
    cases = "TLS-STN-" if role is Role.STATION else "TLS-EV-"
    return Mutant(
        id=f"{prefix}{name}",
        role=role,
        title=title,
        caught_by=tuple(f"{cases}{case}" for case in caught_by),
        make=partial(_tolerant, role, shown, blind_to),
    )


def _tolerant(role: Role, shown: Shown, blind_to: tuple[Blindness, ...], good: Any) -> Any:
    lenient = good.having(tls_profile=replace(good.tls_profile, tolerates=objections_to(role, shown)))
    return lenient.having(tls_adversary=Adversary(blind_to=blind_to)) if blind_to else lenient


@cache
def objections_to(role: Role, shown: Shown) -> frozenset[str]:
    """Codes of all that a good device holds against a chain: each is found once those before it are passed over.

    First what our own rules say, which takes no handshake, then what OpenSSL says besides.
    """
    pki = strangers(Profile.STRICT_20)
    credentials, found = shown(pki), frozenset[str]()
    for judge in (_ruling, _verdict):
        for _ in range(_MOST_STEPS):
            verdict = judge(role, pki, credentials, found)
            if verdict is None or verdict.good:
                break
            found |= {verdict.rule or openssl_code(verdict.number)}
    return found


def _ruling(role: Role, pki: Pki, credentials: Credentials, tolerates: frozenset[str]) -> ChainVerdict | None:
    """What the rules have against the chain."""
    return judge_chain(_device(role, pki, tolerates), credentials.chain)


def _verdict(role: Role, pki: Pki, credentials: Credentials, tolerates: frozenset[str]) -> ChainVerdict | None:
    """What a device that tolerates so much thinks of the chain, by a handshake in memory."""
    serving = role is Role.STATION
    device = engine_for(_device(role, pki, tolerates))
    other = engine_for(
        _setup(
            serving=not serving,
            profile=replace(STRICT_20, chain_profile=None, signature_schemes=()),
            credentials=credentials,
            roots=(*pki.oem_roots, *pki.v2g_roots),
            adversary=Adversary() if credentials.raw else None,
        )
    )
    for _ in range(_MOST_STEPS):
        device.handshake(VIRTUAL_EPOCH)
        other.feed(device.take())
        other.handshake(VIRTUAL_EPOCH)
        back = other.take()
        device.feed(back)
        if not back and device.handshake(VIRTUAL_EPOCH):
            break
    return device.report().peer_verdict


def _device(role: Role, pki: Pki, tolerates: frozenset[str]) -> TlsSetup:
    serving = role is Role.STATION
    return _setup(
        serving=serving,
        profile=replace(STRICT_20, tolerates=tolerates),
        credentials=pki.secc_chain() if serving else pki.vehicle_chain(),
        roots=(*pki.oem_roots, *pki.v2g_roots) if serving else pki.v2g_roots,
    )


def _setup(*, serving: bool, **terms: Any) -> TlsSetup:
    return TlsSetup(role=TlsRole.SERVER if serving else TlsRole.CLIENT, at=VIRTUAL_EPOCH, **terms)
