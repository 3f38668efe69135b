"""What a handler of DIN SPEC 70121 gives back, and the state of the station that most answers tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.announcements import TERMINATE
from harness.endpoints.station.iso2.desk import Iso2Desk
from harness.messages.din.codes import DcEvseStatusCode, EvseNotification, IsolationLevel, ResponseCode
from harness.messages.din.types import DcEvseStatus
from harness.messages.field import Message

Reply = Message | ResponseCode
"""The body of a response, or the code of a refusal."""
DinHandlers = Mapping[type[Message], Callable[[Iso2Desk, Any, Moment], Reply]]
"""What to answer to a request, by its class."""


def dc_status(
    desk: Iso2Desk,
    at: float,
    code: DcEvseStatusCode = DcEvseStatusCode.READY,
    isolation: IsolationLevel = IsolationLevel.VALID,
) -> DcEvseStatus:
    """The state of the station; it asks for an end by its status code, never by a notification (V2G-DC-500)."""
    if code is DcEvseStatusCode.READY and desk.plant.notification(at) == TERMINATE:
        code = DcEvseStatusCode.SHUTDOWN
    return DcEvseStatus(
        evse_isolation_status=isolation,
        evse_status_code=code,
        notification_max_delay=0,
        evse_notification=EvseNotification.NONE,
    )
