"""What an EV chose of a station's offers, kept for its visit and told to the EVSE."""

from __future__ import annotations

from harness.endpoints.station.desk import Desk
from harness.endpoints.station.offers import offered, variant_of
from harness.endpoints.variant import SCHEDULED


def take_service(desk: Desk, service_id: int, parameter_set_id: int, at: float) -> bool:
    """Take a service in a variant; False if the two were not offered together."""
    settings = desk.plant.settings
    variant = variant_of(settings, service_id, parameter_set_id)
    if service_id not in offered(settings, desk.flow) or variant is None:
        return False
    visit = desk.visit
    visit.service_id, visit.parameter_set_id, visit.variant = service_id, parameter_set_id, variant
    desk.agreed = desk.channel = None
    visit.control_mode = variant.control_mode or SCHEDULED
    desk.plant.service_selected(service_id, visit.control_mode, at, phases=variant.phases)
    return True
