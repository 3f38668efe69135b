"""Closing and opening the power path: PowerDelivery and the profile that the EV announces."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from harness.messages.field import Message, Wire
from harness.messages.iso20.codes import Processing
from harness.messages.iso20.schedule import PowerScheduleEntry
from harness.messages.iso20.types import EvseStatus, NumericId, V2gRequest, V2gResponse
from harness.messages.namespaces import COMMON_MESSAGES
from harness.messages.simple import U64


class ChargeProgress(StrEnum):
    """What a PowerDelivery request is for."""

    START = "Start"
    STOP = "Stop"
    STANDBY = "Standby"
    SCHEDULE_RENEGOTIATION = "ScheduleRenegotiation"


class ChannelSelection(StrEnum):
    """Which of two separate power channels is meant."""

    CHARGE = "Charge"
    DISCHARGE = "Discharge"


class PowerToleranceAcceptance(StrEnum):
    """Whether the EV took the power tolerance that was offered."""

    POWER_TOLERANCE_NOT_CONFIRMED = "PowerToleranceNotConfirmed"
    POWER_TOLERANCE_CONFIRMED = "PowerToleranceConfirmed"


class DynamicEvpptControlMode(Message, frozen=True, kw_only=True):
    """The profile keeps to no schedule."""

    name: ClassVar[str] = "Dynamic_EVPPTControlMode"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True


class ScheduledEvpptControlMode(Message, frozen=True, kw_only=True):
    """Which schedule the profile keeps to, and whether the EV took the tolerance."""

    name: ClassVar[str] = "Scheduled_EVPPTControlMode"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    selected_schedule_tuple_id: Annotated[NumericId, Wire("SelectedScheduleTupleID")]
    power_tolerance_acceptance: Annotated[PowerToleranceAcceptance | None, Wire("PowerToleranceAcceptance")] = None


class EvPowerProfileEntryList(Message, frozen=True, kw_only=True):
    """Consecutive stretches of the EV's power profile."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    ev_power_profile_entry: Annotated[tuple[PowerScheduleEntry, ...], Wire("EVPowerProfileEntry", 1, 2048)]


class EvPowerProfile(Message, frozen=True, kw_only=True):
    """The power over time that the EV intends to take."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    time_anchor: Annotated[U64, Wire("TimeAnchor")]
    control_mode: Annotated[DynamicEvpptControlMode | ScheduledEvpptControlMode, Wire()]
    ev_power_profile_entries: Annotated[EvPowerProfileEntryList, Wire("EVPowerProfileEntries")]


class PowerDeliveryReq(V2gRequest, frozen=True, kw_only=True):
    """Starts, stops or holds the flow of energy, or asks for new schedules."""

    name: ClassVar[str] = "PowerDeliveryReq"
    namespace: ClassVar[str] = COMMON_MESSAGES

    ev_processing: Annotated[Processing, Wire("EVProcessing")]
    charge_progress: Annotated[ChargeProgress, Wire("ChargeProgress")]
    ev_power_profile: Annotated[EvPowerProfile | None, Wire("EVPowerProfile")] = None
    bpt_channel_selection: Annotated[ChannelSelection | None, Wire("BPT_ChannelSelection")] = None


class PowerDeliveryRes(V2gResponse, frozen=True, kw_only=True):
    """Whether the power path does what the EV asked for."""

    name: ClassVar[str] = "PowerDeliveryRes"
    namespace: ClassVar[str] = COMMON_MESSAGES

    evse_status: Annotated[EvseStatus | None, Wire("EVSEStatus")] = None
