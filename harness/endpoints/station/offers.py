"""The services of a station and the parameter sets in which they can be had."""

from __future__ import annotations

from itertools import product

from harness.core.errors import UserError
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.variant import DYNAMIC, NeedsFrom, Variant, parameter_set
from harness.messages.iso20.common import Service, ServiceList, ServiceParameterList
from harness.messages.iso20.energy import EnergyService, Flow, flow_of, is_bidirectional

MOST_SETS = 32
"""Parameter sets that one ServiceDetailRes can carry."""

_MEGAWATT = (EnergyService.MCS, EnergyService.MCS_BPT)


def offered(settings: StationSettings, flow: Flow | None) -> tuple[int, ...]:
    """The energy transfer services that can be had by the messages of `flow`; None: whatever the messages."""
    return tuple(each for each in settings.services if flow is None or flow_of(each) is flow)


def energy_services(settings: StationSettings, flow: Flow | None = None) -> ServiceList:
    """The energy transfer services, as they are listed."""
    return ServiceList(service=tuple(Service(service_id=each, free_service=True) for each in offered(settings, flow)))


def parameter_sets(settings: StationSettings, service_id: int) -> ServiceParameterList:
    """The parameter sets of a service; ids count from `parameter_set_base`."""
    numbered = enumerate(variants(settings, service_id), settings.parameter_set_base)
    return ServiceParameterList(parameter_set=tuple(parameter_set(variant, number) for number, variant in numbered))


def variant_of(settings: StationSettings, service_id: int, parameter_set_id: int) -> Variant | None:
    """What a parameter set stands for; None if there is no such set."""
    there = variants(settings, service_id)
    place = parameter_set_id - settings.parameter_set_base
    return there[place] if 0 <= place < len(there) else None


def variants(settings: StationSettings, service_id: int) -> tuple[Variant, ...]:
    """All that the settings combine to; the first are the plain ones, one for each control mode.

    Raises:
        UserError: they combine to more than a message can carry.
    """
    alternating = flow_of(service_id) is Flow.AC
    back = is_bidirectional(service_id)
    choices = product(
        settings.pricings,
        settings.mobility_needs_modes,
        _connectors(settings, service_id),
        settings.bpt_channels if back else (None,),
        settings.generator_modes if back else (None,),
        settings.islanding_detections if back and alternating else (None,),
        settings.control_modes,
    )
    found = tuple(
        Variant(
            control_mode=mode,
            needs_from=needs,
            pricing=pricing,
            connector=connector,
            nominal_voltage=settings.mains.nominal_voltage if alternating else None,
            bpt_channel=channel,
            generator_mode=generator,
            islanding_detection=islanding,
        )
        for pricing, needs, connector, channel, generator, islanding, mode in choices
        if needs != NeedsFrom.SECC or mode == DYNAMIC
    )
    if len(found) > MOST_SETS:
        raise UserError(
            f"the settings of the station combine to {len(found)} parameter sets of service {service_id}",
            do=f"name fewer values of pricings, connectors or channels; {MOST_SETS} sets is the most",
        )
    return found


def _connectors(settings: StationSettings, service_id: int) -> tuple[int, ...]:
    if service_id in _MEGAWATT:
        return settings.mcs_connectors
    return settings.ac_connectors if flow_of(service_id) is Flow.AC else settings.dc_connectors
