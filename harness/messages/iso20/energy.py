"""The services of ISO 15118-20 by number, and which set of messages each of them uses."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from harness.messages import namespaces


class Flow(StrEnum):
    """The sets of messages by which energy is transferred."""

    AC = "AC"
    DC = "DC"
    WPT = "WPT"
    ACDP = "ACDP"
    """DC behind an automated connection device."""


class EnergyService(IntEnum):
    """Energy transfer services (Table 204, and Amendment 1 for the megawatt ones)."""

    AC = 1
    DC = 2
    WPT = 3
    DC_ACDP = 4
    AC_BPT = 5
    DC_BPT = 6
    DC_ACDP_BPT = 7
    MCS = 8
    MCS_BPT = 9


class ValueAddedService(IntEnum):
    """Services beside the transfer of energy."""

    INTERNET = 65
    PARKING_STATUS = 66


FIRST_VALUE_ADDED_SERVICE = 60
"""From here on a service id means no transfer of energy."""

_FLOWS = {
    EnergyService.AC: Flow.AC,
    EnergyService.AC_BPT: Flow.AC,
    EnergyService.WPT: Flow.WPT,
    EnergyService.DC_ACDP: Flow.ACDP,
    EnergyService.DC_ACDP_BPT: Flow.ACDP,
    EnergyService.DC: Flow.DC,
    EnergyService.DC_BPT: Flow.DC,
    EnergyService.MCS: Flow.DC,
    EnergyService.MCS_BPT: Flow.DC,
}
_BIDIRECTIONAL = frozenset(
    {EnergyService.AC_BPT, EnergyService.DC_BPT, EnergyService.DC_ACDP_BPT, EnergyService.MCS_BPT}
)
NAMESPACES = {
    Flow.AC: namespaces.AC,
    Flow.DC: namespaces.DC,
    Flow.WPT: namespaces.WPT,
    Flow.ACDP: namespaces.ACDP,
}
"""What SupportedAppProtocol calls the protocol in which a flow can be had."""


def flow_of(service_id: int | None) -> Flow | None:
    """The messages of an energy transfer service; None for any other number."""
    return _FLOWS.get(service_id)  # type: ignore[call-overload, no-any-return]


def is_bidirectional(service_id: int | None) -> bool:
    """Whether an energy transfer service lets energy come back from the EV."""
    return service_id in _BIDIRECTIONAL
