"""What a station makes of a vehicle whose chain may have been revoked: it asks behind the handshake, then decides."""

from __future__ import annotations

from collections.abc import Sequence

from harness.endpoints.station.station import Station
from harness.endpoints.status_asking import StatusAsker
from harness.pki.lint import first_error
from harness.pki.objection import Objection
from harness.pki.revocation import Needed, status_objections
from harness.transports.tls.setup import Revocation


async def status_objection(station: Station, chain: Sequence[bytes], asker: StatusAsker, at: float) -> Objection | None:
    """Why a station lets go of a vehicle that came through the handshake [V2G20-2432]; None to go on.

    Args:
        station: how strict it is.
        chain: DER, leaf first, as the vehicle sent it; empty where TLS asks for none.
        asker: who knows where to ask.
        at: Unix time in seconds.
    """
    revocation = station.revocation
    if not chain or not station.minds_status or revocation is Revocation.NONE or station.tls_check != "strict":
        return None
    needed = Needed(revocation.value)
    learned = await asker.ask(chain[:1] if needed is Needed.LEAF else chain, (*chain, *station.trust))
    found = status_objections(chain, station.trust, learned, at, needed=needed)
    return first_error([one for one in found if one.code not in station.tls_profile.tolerates])
