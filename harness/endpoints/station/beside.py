"""What a station remembers of that which accompanies the transfer of energy: other services, meter readings."""

from __future__ import annotations

from collections.abc import Callable

from harness.endpoints.station.value_added import ValueAdded
from harness.messages.iso20.common import (
    MeteringConfirmationReq,
    SelectedServiceList,
    Service,
    ServiceIDList,
    ServiceList,
)
from harness.messages.iso20.types import ChargeLoopRes, EvseNotification, MeterInfo

VerifyMetering = Callable[[MeteringConfirmationReq], bool]
"""Whether the signature of a meter reading is what it should be."""


class Beside:
    """The state of one connection beside the transfer of energy."""

    def __init__(self) -> None:
        """Nothing offered or shown yet."""
        self.offered: dict[int, ValueAdded] = {}
        """The services beside energy that the EV heard of."""
        self.readings: list[MeterInfo] = []
        """What the EV is to confirm; any of them, since one is shown in every cycle until it does."""
        self.check_out_rounds: int | None = None
        """So many answers to VehicleCheckOut will still say Scheduled; None: nobody has asked."""
        self.verify_metering: VerifyMetering | None = None

    def offer(self, services: tuple[ValueAdded, ...], known: ServiceIDList | None) -> None:
        """Offer services, of which an EV that names those it knows hears no others (V2G20-1248)."""
        wanted = None if known is None else set(known.service_id)
        self.offered = {each.service_id: each for each in services if wanted is None or each.service_id in wanted}

    def listed(self) -> ServiceList | None:
        """What is on offer, as it travels."""
        if not self.offered:
            return None
        services = self.offered.values()
        return ServiceList(service=tuple(Service(service_id=one.service_id, free_service=one.free) for one in services))

    def selection(self, wanted: SelectedServiceList | None) -> tuple[tuple[int, int], ...] | None:
        """Services with parameter sets that the EV selects; None if one of them was not offered (V2G20-433)."""
        chosen = () if wanted is None else wanted.selected_service
        pairs = tuple((one.service_id, one.parameter_set_id) for one in chosen)
        there = all(service in self.offered and number in self.offered[service].sets for service, number in pairs)
        return pairs if there else None

    def told(self, reply: ChargeLoopRes) -> None:
        """Remember a reading that the EV is asked to confirm."""
        status = reply.evse_status
        asked = status is not None and status.evse_notification is EvseNotification.METERING_CONFIRMATION
        if asked and reply.meter_info is not None:
            self.readings.append(reply.meter_info)
