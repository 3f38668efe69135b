"""Who answers in a run when somebody asks whether the vehicle's chain was revoked, and what."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from msgspec import Struct

from harness.core.case import Role
from harness.core.feature import Feature
from harness.endpoints.ev.ev import Ev
from harness.endpoints.responder import Responder, ResponderEndpoint
from harness.kit.cast import Cast, Stage
from harness.pki.ocsp import Status
from harness.transports.base import Address, Network
from harness.transports.tls.setup import Revocation

NOBODY = Address("::1", 9)
"""Where no responder is."""

_HTTP_PORT = 80


class Answering(Struct, frozen=True, kw_only=True):
    """The responder of a run, and where a station of ours asks."""

    endpoint: ResponderEndpoint | None = None
    """None where nobody answers, or nobody asks."""
    asked_at: Address | None = None
    """None: where certificates say."""


async def answering(stage: Stage, cast: Cast, network: Network) -> Answering:
    """Bring the responder on stage if a station minds the status of vehicles; it listens from now on.

    For a real station it listens where the run's certificates say, if its profile names such a place: nobody finds the
    usual address, which does not exist.

    Args:
        stage: the certificates, the device, and what is to be said of the vehicle's chain.
        cast: who takes part.
        network: where stations ask.

    Raises:
        UnreachableError: its port is taken.
    """
    asks, wanted = _asks(cast), stage.vehicle_status
    if wanted.status is None:
        return Answering(asked_at=NOBODY)
    host, port = ("::1", 0) if asks else _place_for_a_real_station(stage, cast)
    if not host:
        return Answering()
    responder = Responder(stage.pki, _said(cast.evs, wanted.status, wanted.depth))
    endpoint = ResponderEndpoint(responder, network, host=host, port=port)
    await endpoint.open()
    return Answering(endpoint=endpoint, asked_at=endpoint.address)


def _asks(cast: Cast) -> bool:
    """Whether a station of ours is about to ask."""
    station = cast.station
    return station is not None and station.minds_status and station.revocation is not Revocation.NONE


def _place_for_a_real_station(stage: Stage, cast: Cast) -> tuple[str, int]:
    """Host and port where a real station asks; no host if it does not, or could not find us."""
    address = stage.device.connection.ocsp_address
    real = cast.station is None and cast.sut is Role.STATION and stage.device.offers(Feature.OCSP_CHECK)
    if not real or not address:
        return "", 0
    parts = urlsplit(address)
    return parts.hostname or "", parts.port or _HTTP_PORT


def _said(evs: Iterable[Ev], status: Status, depth: int | None) -> dict[bytes, Status]:
    """What is said of each certificate that the EVs of ours present."""
    return {
        certificate: status
        for ev in evs
        if ev.credentials is not None
        for place, certificate in enumerate(ev.credentials.chain)
        if depth in {None, place}
    }
