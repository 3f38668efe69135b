"""Which protocol a station takes from an EV's offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.endpoints.ev.ev import ISO20_DC, Ev
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes
from harness.trace.entry import LinkSeen
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

PLAIN = Ev(tls=False)


@pytest.mark.parametrize(
    ("offer", "code"),
    [
        ({"protocol_namespace": "urn:iso:std:iso:15118:-20:AC"}, AppProtocolResponseCode.FAILED_NO_NEGOTIATION),
        ({"version_number_major": 2}, AppProtocolResponseCode.FAILED_NO_NEGOTIATION),
        (
            {"version_number_minor": 1},
            AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION_WITH_MINOR_DEVIATION,
        ),
    ],
)
def test_protocol_is_chosen_by_namespace_and_major_version(meet: Meet, offer: dict[str, Any], code: str) -> None:
    lab = meet(PLAIN.having(protocols=(msgspec.structs.replace(ISO20_DC, **offer),)))

    assert lab.said(SupportedAppProtocolRes)[0].response_code is code


def test_protocol_of_highest_priority_among_the_supported_wins(meet: Meet) -> None:
    other = msgspec.structs.replace(ISO20_DC, protocol_namespace="urn:din:70121:2012:MsgDef", schema_id=7, priority=1)
    second = msgspec.structs.replace(ISO20_DC, schema_id=8, priority=3)
    third = msgspec.structs.replace(ISO20_DC, schema_id=9, priority=2)
    lab = meet(PLAIN.having(protocols=(other, second, third)))

    assert lab.said(SupportedAppProtocolRes)[0].schema_id == 9


def close_the_laboratory_mode(lab: Lab) -> None:
    """From the session's setup on the plain port is there, and does not count."""
    closed = msgspec.structs.replace(LABORATORY, allow_plain_tcp=False)

    def happened(entry: Any) -> None:
        if isinstance(entry.body, LinkSeen):
            lab.plant.settings = closed

    lab.recorder.listen(happened)


def test_plain_connection_does_not_qualify(meet: Meet) -> None:
    """V2G20-2356: a station whose plain port is open for other protocols does not choose -20 there."""
    lab = meet(PLAIN, prepare=close_the_laboratory_mode)

    assert lab.said(SupportedAppProtocolRes)[0].response_code is AppProtocolResponseCode.FAILED_NO_NEGOTIATION
    assert lab.outcome.state == "failed"
