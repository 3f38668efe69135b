"""What a frame is called and shown as, a wrong one included."""

from __future__ import annotations

from typing import Any, cast

import pytest

from harness.core.units import Volts
from harness.framing.sdp import SdpRequest, SdpResponse
from harness.messages.iso20.codes import Processing
from harness.messages.iso20.dc import DcPreChargeReq
from harness.messages.iso20.types import MessageHeader
from harness.messages.ocpp import Kind, OcppMessage
from harness.messages.sap import AppProtocol, SupportedAppProtocolReq
from harness.trace.decoded import decoded, gist_of, label_of, name_of
from harness.trace.entry import Seen


def _seen(message: Any) -> Seen:
    return Seen(data=b"", message=message)


def _call(action: str, kind: Kind, payload: Any) -> OcppMessage:
    return OcppMessage(action=action, kind=kind, message_id="1", payload=payload)


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (Volts(value=400), "400 V"),
        (Volts(value=-4000, exponent=-1), "-400 V (written -4000e-1)"),
        (Volts(value=6, exponent=3), "6000 V (written 6e3)"),
        (Volts(value=1, exponent=10**9), "1e1000000000 V"),
        (Volts(value=cast("int", "four"), exponent=0), "'four'e0 V"),
    ],
)
def test_sizes_show_value_unit_and_how_they_were_written(size: Volts, shown: str) -> None:
    assert decoded(size) == shown


def test_a_message_shows_wire_names_and_repeated_parts_as_lists() -> None:
    offers = tuple(
        AppProtocol(protocol_namespace="urn:x", version_number_major=1, version_number_minor=0, schema_id=n, priority=n)
        for n in (1, 2)
    )

    shown = decoded(SupportedAppProtocolReq(app_protocol=offers))

    assert [offer["SchemaID"] for offer in shown["AppProtocol"]] == [1, 2]


def test_long_bytes_are_shortened_and_wrong_values_shown_as_they_are() -> None:
    header = MessageHeader(session_id=bytes(100), time_stamp=cast("int", "noon"))
    message = DcPreChargeReq(
        header=header,
        ev_processing=cast("Processing", 3),
        ev_present_voltage=cast("Volts", object),
        ev_target_voltage=Volts(value=1),
    )

    shown = decoded(message)

    assert shown["Header"] == {"SessionID": f"{'00' * 40}… (100 bytes)", "TimeStamp": "noon"}
    assert shown["EVProcessing"] == 3
    assert shown["EVPresentVoltage"] == repr(object)


def test_names_and_gists() -> None:
    event = _seen(_call("TransactionEvent", Kind.REQUEST, {"eventType": "Updated", "seqNo": 3, "offline": True}))
    refusal = _seen(_call("Reset", Kind.ERROR, {"code": "NotSupported", "description": "", "details": {}}))
    answer = _seen(SdpResponse.of("fe80::5", 64109))

    assert (name_of(event), gist_of(event)) == ("TransactionEventRequest", "Updated seqNo=3 offline")
    assert (name_of(refusal), gist_of(refusal)) == ("ResetError", "NotSupported")
    assert (name_of(answer), gist_of(answer)) == ("SECC discovery response", "[fe80::5]:64109 TLS")
    assert gist_of(_seen(SdpRequest(security=0x42))) == "0x42"
    assert gist_of(_seen(_call("Heartbeat", Kind.REQUEST, None))) == ""


def test_what_could_not_be_read_is_called_so() -> None:
    assert label_of(Seen(data=b"", payload_type=0x8004)) == "unreadable frame, 0x8004 dc"
    assert label_of(Seen(data=b"")) == "unreadable frame"
