"""ISO 15118-2 from charge parameters to the stop of power, by alternating and by direct current."""

from __future__ import annotations

from harness.messages.field import Message
from harness.messages.iso2.ac import ChargingStatusReq
from harness.messages.iso2.charging import (
    ChargeParameterDiscoveryReq,
    ChargeProgress,
    MeteringReceiptReq,
    PowerDeliveryReq,
)
from harness.messages.iso2.dc import CableCheckReq, CurrentDemandReq, PreChargeReq, WeldingDetectionReq
from harness.messages.iso20.energy import Flow
from harness.sessions.v2g.iso2_state import Iso2State
from harness.sessions.v2g.row import Row
from harness.sessions.v2g.state import Outcome

_S, _O = Iso2State, Outcome
_AC, _DC = (Flow.AC,), (Flow.DC,)
_START, _STOP, _AGAIN = ChargeProgress.START, ChargeProgress.STOP, ChargeProgress.RENEGOTIATE

_PARAMETERS = (
    Row(_S.AUTHORIZED, ChargeParameterDiscoveryReq, _O.DONE, _S.PARAMETERS_KNOWN, ("V2G2-565",)),
    Row(_S.AUTHORIZED, ChargeParameterDiscoveryReq, _O.ONGOING, _S.PARAMETERS_ONGOING, ("V2G2-565",)),
    Row(_S.PARAMETERS_ONGOING, ChargeParameterDiscoveryReq, _O.ONGOING, _S.PARAMETERS_ONGOING, ("V2G2-688",)),
    Row(_S.PARAMETERS_ONGOING, ChargeParameterDiscoveryReq, _O.DONE, _S.PARAMETERS_KNOWN, ("V2G2-688",)),
    Row(_S.PARAMETERS_KNOWN, PowerDeliveryReq, _O.DONE, _S.CHARGING, ("V2G2-589", "V2G2-812"), _START, _AC),
    Row(_S.PARAMETERS_KNOWN, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G2-589",), _STOP, _AC),
    Row(_S.PARAMETERS_KNOWN, CableCheckReq, _O.ONGOING, _S.CABLE_CHECKING, ("V2G2-582", "V2G2-583"), flows=_DC),
    Row(_S.PARAMETERS_KNOWN, CableCheckReq, _O.DONE, _S.CABLE_CHECKED, ("V2G2-582", "V2G2-583"), flows=_DC),
)

_CABLE = (
    Row(_S.CABLE_CHECKING, CableCheckReq, _O.ONGOING, _S.CABLE_CHECKING, ("V2G2-583",), flows=_DC),
    Row(_S.CABLE_CHECKING, CableCheckReq, _O.DONE, _S.CABLE_CHECKED, ("V2G2-583",), flows=_DC),
    Row(_S.CABLE_CHECKED, PreChargeReq, _O.DONE, _S.PRE_CHARGING, ("V2G2-584", "V2G2-586"), flows=_DC),
    Row(_S.PRE_CHARGING, PreChargeReq, _O.DONE, _S.PRE_CHARGING, ("V2G2-586",), flows=_DC),
    Row(_S.PRE_CHARGING, PowerDeliveryReq, _O.DONE, _S.CHARGING, ("V2G2-589", "V2G2-812"), _START, _DC),
    Row(_S.PRE_CHARGING, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G2-589",), _STOP, _DC),
)


def _loop(ask: type[Message], flows: tuple[Flow, ...], *sources: str) -> tuple[Row, ...]:
    """One cycle after another; in between the station may want the meter reading signed."""
    return (
        Row(_S.CHARGING, ask, _O.DONE, _S.CHARGING, sources, flows=flows),
        Row(_S.CHARGING, ask, _O.WARNED, _S.RECEIPT_WANTED, ("V2G2-691",), flows=flows),
    )


_LOOP = (
    *_loop(ChargingStatusReq, _AC, "V2G2-576"),
    *_loop(CurrentDemandReq, _DC, "V2G2-592"),
    Row(_S.RECEIPT_WANTED, MeteringReceiptReq, _O.DONE, _S.CHARGING, ("V2G2-796", "V2G2-797")),
    Row(_S.CHARGING, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G2-589", "V2G2-812"), _STOP),
    Row(_S.CHARGING, PowerDeliveryReq, _O.DONE, _S.RENEGOTIATING, ("V2G2-812", "V2G2-813"), _AGAIN),
)

_RENEGOTIATION = (
    Row(_S.RENEGOTIATING, ChargeParameterDiscoveryReq, _O.ONGOING, _S.RENEGOTIATING, ("V2G2-813", "V2G2-688")),
    Row(_S.RENEGOTIATING, ChargeParameterDiscoveryReq, _O.DONE, _S.RENEGOTIATED, ("V2G2-813",)),
    Row(_S.RENEGOTIATED, PowerDeliveryReq, _O.DONE, _S.CHARGING, ("V2G2-841", "V2G2-842"), _START, _AC),
    Row(_S.RENEGOTIATED, PowerDeliveryReq, _O.DONE, _S.STOPPED, variant=_STOP),
    # Whoever goes on without a cable check is followed, and told nothing but that this is disputed.
    Row(_S.RENEGOTIATED, CableCheckReq, _O.ONGOING, _S.CABLE_CHECKING, ("V2G2-565", "V2G2-582"), flows=_DC),
    Row(_S.RENEGOTIATED, CableCheckReq, _O.DONE, _S.CABLE_CHECKED, ("V2G2-565", "V2G2-582"), flows=_DC),
)

_ENDING = (
    Row(_S.STOPPED, WeldingDetectionReq, _O.DONE, _S.WELDING_DETECTION, ("V2G2-596", "V2G2-601"), flows=_DC),
    Row(_S.WELDING_DETECTION, WeldingDetectionReq, _O.DONE, _S.WELDING_DETECTION, ("V2G2-596",), flows=_DC),
)

ROWS = (*_PARAMETERS, *_CABLE, *_LOOP, *_RENEGOTIATION, *_ENDING)
