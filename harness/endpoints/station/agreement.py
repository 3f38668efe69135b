"""Which protocol a station agrees on with an EV."""

from __future__ import annotations

from harness.endpoints.station.desk import Desk
from harness.endpoints.station.settings import StationSettings
from harness.messages.iso20.energy import NAMESPACES, Flow, flow_of
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE
from harness.messages.sap import AppProtocol

MAJOR = {ISO2_MESSAGE: 2, DIN_MESSAGE: 2}
"""Major versions of the schemas that this station speaks; of ISO 15118-20 it is 1, the minor version is always 0."""
MINOR = 0


def serves_plain(settings: StationSettings) -> bool:
    """Whether the station takes connections without TLS."""
    return settings.allow_plain_tcp or bool({ISO2_MESSAGE, DIN_MESSAGE} & set(settings.protocols))


def is_spoken(desk: Desk, offer: AppProtocol, *, protected: bool) -> bool:
    """Whether the station speaks an offered protocol over this connection.

    ISO 15118-20 needs TLS 1.3 (V2G20-2356), or the laboratory's leave to do without; DIN SPEC 70121 knows no TLS.
    """
    settings, namespace = desk.plant.settings, offer.protocol_namespace
    if namespace not in settings.protocols or offer.version_number_major != MAJOR.get(namespace, 1):
        return False
    if namespace == DIN_MESSAGE:
        return not protected and Flow.DC in _flows(desk)
    if namespace == ISO2_MESSAGE:
        return bool(_flows(desk) & {Flow.AC, Flow.DC})
    allowed = desk.secure or settings.allow_plain_tcp
    return allowed and flow_in(desk, offer) is not None


def flow_in(desk: Desk, offer: AppProtocol) -> Flow | None:
    """The messages of ISO 15118-20 that an offer stands for, if one of the services needs them."""
    names = {name: flow for flow, name in NAMESPACES.items()}
    flow = names.get(offer.protocol_namespace)
    return flow if flow in _flows(desk) else None


def _flows(desk: Desk) -> set[Flow | None]:
    return {flow_of(service) for service in desk.plant.settings.services}
