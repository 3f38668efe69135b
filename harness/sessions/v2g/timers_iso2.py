"""Timers of ISO 15118-2 (Tables 109 and 111) and of DIN SPEC 70121."""

from __future__ import annotations

from harness.core.case import Role
from harness.messages.din import charging as din_charging
from harness.messages.din import dc as din_dc
from harness.messages.din import payment as din_payment
from harness.messages.din import session as din_session
from harness.messages.field import Message
from harness.messages.iso2 import certificates, charging, dc, payment, service, session
from harness.sessions.v2g.timers import Timer, Timing

_EV, _STATION = Role.EV, Role.STATION
_MESSAGE_NAME = "V2G_EVCC_Msg_Timeout"

MESSAGE = Timer(name=_MESSAGE_NAME, limit=2.0, owner=_EV)
LONG_MESSAGE = Timer(name=_MESSAGE_NAME, limit=5.0, owner=_EV)
LOOP_MESSAGE = Timer(name=_MESSAGE_NAME, limit=0.25, owner=_EV)
ONGOING = Timer(name="V2G_EVCC_Ongoing_Timeout", limit=60.0, owner=_EV)
CABLE_CHECK = Timer(name="V2G_EVCC_CableCheck_Timeout", limit=40.0, owner=_EV)
PRE_CHARGE = Timer(name="V2G_EVCC_PreCharge_Timeout", limit=7.0, owner=_EV)

SEQUENCE = Timer(name="V2G_SECC_Sequence_Timeout", limit=60.0, owner=_STATION, sources=("V2G2-443",))
ONGOING_PERFORMANCE = Timer(name="V2G_SECC_Ongoing_Performance_Time", limit=55.0, owner=_STATION)
CABLE_CHECK_PERFORMANCE = Timer(name="V2G_SECC_CableCheck_Performance_Time", limit=38.0, owner=_STATION)
PRE_CHARGE_PERFORMANCE = Timer(name="V2G_SECC_PreCharge_Performance_Time", limit=5.0, owner=_STATION)

DIN_SEQUENCE = Timer(name=SEQUENCE.name, limit=60.0, owner=_STATION, sources=("V2G-DC-432", "V2G-DC-443"))
DIN_READY_TO_CHARGE = Timer(name="V2G_EVCC_ReadyToCharge_Timeout", limit=150.0, owner=_EV)

TIMERS = (
    MESSAGE,
    LONG_MESSAGE,
    LOOP_MESSAGE,
    ONGOING,
    CABLE_CHECK,
    PRE_CHARGE,
    SEQUENCE,
    ONGOING_PERFORMANCE,
    CABLE_CHECK_PERFORMANCE,
    PRE_CHARGE_PERFORMANCE,
)
"""The table of ISO 15118-2."""

DIN_TIMERS = (MESSAGE, LOOP_MESSAGE, ONGOING, CABLE_CHECK, PRE_CHARGE, DIN_SEQUENCE, DIN_READY_TO_CHARGE)
"""The table of DIN SPEC 70121."""

_SLOW: tuple[type[Message], ...] = (
    service.ServiceDetailReq,
    payment.PaymentDetailsReq,
    charging.PowerDeliveryReq,
    certificates.CertificateInstallationReq,
    certificates.CertificateUpdateReq,
)
"""Requests for whose response an EV waits longer."""

TIMING_2 = Timing(
    message=MESSAGE,
    messages={**dict.fromkeys(_SLOW, LONG_MESSAGE), dc.CurrentDemandReq: LOOP_MESSAGE},
    sequence=SEQUENCE,
    set_up=session.SessionSetupRes,
    ongoing=ONGOING,
    may_be_ongoing=(payment.AuthorizationRes, charging.ChargeParameterDiscoveryRes),
    cable_check=CABLE_CHECK,
    cable_check_ask=dc.CableCheckReq,
    cable_check_reply=dc.CableCheckRes,
    pre_charge=PRE_CHARGE,
    pre_charge_ask=dc.PreChargeReq,
    power_delivery_ask=charging.PowerDeliveryReq,
)
"""The timers of ISO 15118-2."""

TIMING_DIN = Timing(
    message=MESSAGE,
    messages={din_dc.CurrentDemandReq: LOOP_MESSAGE},
    sequence=DIN_SEQUENCE,
    set_up=din_session.SessionSetupRes,
    ongoing=ONGOING,
    may_be_ongoing=(din_payment.ContractAuthenticationRes, din_charging.ChargeParameterDiscoveryRes),
    cable_check=CABLE_CHECK,
    cable_check_ask=din_dc.CableCheckReq,
    cable_check_reply=din_dc.CableCheckRes,
    pre_charge=PRE_CHARGE,
    pre_charge_ask=din_dc.PreChargeReq,
    power_delivery_ask=din_charging.PowerDeliveryReq,
    ready=DIN_READY_TO_CHARGE,
)
"""The timers of DIN SPEC 70121."""
