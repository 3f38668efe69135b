"""Warms Josev's codec: one message of each schema through the Java side, both ways, before anything is served."""

from __future__ import annotations

from typing import Any

ROUNDS = 3


def warm(codec: Any) -> None:
    """Encode and decode a few messages, so that the first answer of a session meets its time limit.

    Args:
        codec: Josev's EXI codec, whose first message of each schema takes 0.3 s and more.
    """
    from iso15118.shared.exi_codec import EXI

    exi = EXI()
    exi.set_exi_codec(codec)
    for _ in range(ROUNDS):
        for schema, message in _messages():
            exi.from_exi(exi.to_exi(message, schema), schema)


def usable(codec: Any) -> bool:
    """Whether the codec still works: after a message that it could not encode it neither reads nor writes any other."""
    from iso15118.shared.exceptions import EXIDecodingError, EXIEncodingError
    from iso15118.shared.exi_codec import EXI

    exi = EXI()
    exi.set_exi_codec(codec)
    schema, message = _messages()[0]
    try:
        exi.from_exi(exi.to_exi(message, schema), schema)
    except (EXIDecodingError, EXIEncodingError):
        return False
    return True


def _messages() -> list[tuple[Any, Any]]:
    from iso15118.shared.messages.app_protocol import AppProtocol, SupportedAppProtocolReq
    from iso15118.shared.messages.enums import Namespace
    from iso15118.shared.messages.iso15118_20.common_messages import SessionSetupReq, SessionSetupRes
    from iso15118.shared.messages.iso15118_20.common_types import MessageHeader, RationalNumber, ResponseCode
    from iso15118.shared.messages.iso15118_20.dc import DCChargeLoopReq, DynamicDCChargeLoopReqParams

    header = MessageHeader(session_id="00" * 8, timestamp=1)
    one = RationalNumber(exponent=0, value=1)
    offer = AppProtocol(
        protocol_ns=Namespace.ISO_V20_DC.value, major_version=1, minor_version=0, schema_id=1, priority=1
    )
    wishes = DynamicDCChargeLoopReqParams(
        ev_target_energy_request=one,
        ev_max_energy_request=one,
        ev_min_energy_request=one,
        ev_max_charge_power=one,
        ev_min_charge_power=one,
        ev_max_charge_current=one,
        ev_max_voltage=one,
        ev_min_voltage=one,
    )
    loop = DCChargeLoopReq(header=header, meter_info_requested=True, ev_present_voltage=one, dynamic_params=wishes)
    opened = ResponseCode.OK_NEW_SESSION_ESTABLISHED
    return [
        (Namespace.SAP, SupportedAppProtocolReq(app_protocol=[offer])),
        (Namespace.ISO_V20_COMMON_MSG, SessionSetupReq(header=header, evcc_id="WARM")),
        (Namespace.ISO_V20_COMMON_MSG, SessionSetupRes(header=header, response_code=opened, evse_id="WARM")),
        (Namespace.ISO_V20_DC, loop),
    ]
