"""Stations and EVs with one fault each in how they take a handshake that goes wrong, or merely otherwise."""

from __future__ import annotations

from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.mutants.tls import ev, station
from harness.transports.tls.adversary import Adversary, AlertNow, Blindness, HandshakeMessage

_BLIND = {
    "flipped": (Blindness.SIGNATURE, "does not look at signatures"),
    "by_another_key": (Blindness.SIGNATURE, "does not look at whose signature it is"),
    "by_another_scheme": (Blindness.SCHEME, "does not look at the scheme of a signature"),
    "missing": (Blindness.PROOF, "asks for no proof that a certificate is the other side's own"),
}
_SULKS = Adversary(sulks=True)
_RECORD_OVERFLOW, _UNSUPPORTED, _UNEXPECTED, _UNKNOWN_CA = 22, 110, 10, 48


def _gives_up(number: int) -> Adversary:
    return Adversary(alert=AlertNow(instead_of=HandshakeMessage.CERTIFICATE, number=number))


_NEVER_SAID = ("028[finished]", "030[client_hello]", "030[finished]", "033", "034", "035")
"""Where a station may wait, or where our side breaks off: one that sulks does no harm there."""
_REFUSED = (
    *("027", "028[certificate]", "029[client_hello]", "029[certificate]", "029[certificate_verify]"),
    *("030[certificate]", "030[certificate_verify]", "032", "040", "041", "042", "043", "044"),
)

_STATIONS = (
    *(
        station(f"blind-{name}", title, (f"027[{name}]",), tls_adversary=Adversary(blind_to=(what,)))
        for name, (what, title) in _BLIND.items()
    ),
    station(
        "sulks",
        "says nothing and stays where it should refuse",
        (*_REFUSED, "029[finished]", "031"),
        tls_adversary=_SULKS,
    ),
    station(
        "dies-in-the-handshake",
        "serves nobody once a handshake came to nothing, whatever the reason",
        ("011", "012", "013", "024", "025", *_REFUSED, *_NEVER_SAID, "045"),
        survives_refusal=False,
    ),
    station("chokes-on-pieces", "cannot put messages together", ("036",), tls_adversary=_gives_up(_RECORD_OVERFLOW)),
    station("chokes-on-numbers", "refuses what it does not know", ("037",), tls_adversary=_gives_up(_UNSUPPORTED)),
    station("chokes-on-new-keys", "takes no new keys", ("038",), tls_adversary=_gives_up(_UNEXPECTED)),
    station("insists-on-roots", "refuses who names roots", ("039",), tls_adversary=_gives_up(_UNKNOWN_CA)),
)

_EVS = (
    *(
        ev(f"blind-{name}", title, (f"018[{name}]",), tls_adversary=Adversary(blind_to=(what,)))
        for name, (what, title) in _BLIND.items()
    ),
    ev(
        "sulks",
        "says nothing and stays where it should refuse",
        ("018", "019", "020", "021", "022", "025", "027", "028"),
        tls_adversary=_SULKS,
    ),
    ev(
        "stalls",
        "never comes to the end of a handshake",
        ("026",),
        tls_adversary=Adversary(silent_at=HandshakeMessage.CERTIFICATE),
    ),
    ev("chokes-on-pieces", "cannot put messages together", ("023",), tls_adversary=_gives_up(_RECORD_OVERFLOW)),
    ev("chokes-on-new-keys", "takes no new keys", ("024",), tls_adversary=_gives_up(_UNEXPECTED)),
)

MUTANTS: tuple[Mutant, ...] = (*_STATIONS, *_EVS)
