"""Stations with one fault each where the vehicle must come near first: over a coil, under a connection device."""

from __future__ import annotations

from harness.core.case import Role
from harness.core.units import Watts
from harness.endpoints.coils import GroundCoil
from harness.endpoints.mutants.careless_secc import TakesAnyOrder
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.station import Station
from harness.messages.iso20.acdp import (
    AcdpConnectReq,
    AcdpConnectRes,
    AcdpDisconnectRes,
    AcdpSystemStatusRes,
    AcdpVehiclePositioningRes,
    MechanicalChargingDeviceStatus,
)
from harness.messages.iso20.types import Processing, ResponseCode
from harness.messages.iso20.wpt import (
    WptAlignmentCheckRes,
    WptChargeLoopRes,
    WptChargeParameterDiscoveryRes,
    WptFinePositioningMethod,
    WptFinePositioningMethodList,
    WptFinePositioningSetupRes,
    WptPairingReq,
    WptPairingRes,
)

OK = ResponseCode.OK
mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")
_TWICE = WptFinePositioningMethodList(wpt_fine_positioning_method=(WptFinePositioningMethod.MANUAL,) * 2)


class PairsEarly(TakesAnyOrder):
    """Pairs before the vehicle stands."""

    early = (WptPairingReq,)


class ConnectsEarly(TakesAnyOrder):
    """Lets the device down before the vehicle stands."""

    early = (AcdpConnectReq,)


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "never-aligned",
        "never ends an alignment check",
        ("WPT-001",),
        lambda good: good.but(WptAlignmentCheckRes, evse_processing=Processing.ONGOING),
    ),
    mutant(
        "one-way-twice",
        "names one way of positioning twice",
        ("WPT-002",),
        lambda good: good.but(WptFinePositioningSetupRes, primary_device_fine_positioning_method_list=_TWICE),
    ),
    mutant("pairs-early", "pairs before the vehicle stands", ("WPT-003",), lambda good: good.having(secc=PairsEarly)),
    mutant(
        "takes-any-coil",
        "takes every vehicle for the one above its coil",
        ("WPT-004",),
        lambda good: good.but(WptPairingRes, response_code=OK, evse_processing=Processing.FINISHED),
    ),
    mutant(
        "reaches-any-coil",
        "agrees to coils that it cannot reach",
        ("WPT-005",),
        lambda good: good.but(WptChargeParameterDiscoveryRes, response_code=OK),
    ),
    mutant(
        "sends-too-much",
        "sends 10 kW whatever is asked for",
        ("WPT-006",),
        lambda good: good.but(WptChargeLoopRes, evpc_power_request=Watts.of(10_000.0)),
    ),
    mutant(
        "upside-down-coil",
        "names a greatest clearance below the least",
        ("WPT-007",),
        lambda good: good.set(coil=GroundCoil(highest=150, lowest=200)),
    ),
    mutant(
        "never-down",
        "never ends its way down",
        ("ACD-001",),
        lambda good: good.but(AcdpConnectRes, evse_processing=Processing.ONGOING),
    ),
    mutant(
        "done-on-the-way",
        "says that it is connected while it moves",
        ("ACD-002",),
        lambda good: good.but(
            AcdpConnectRes, evse_mechanical_charging_device_status=MechanicalChargingDeviceStatus.MOVING
        ),
    ),
    mutant(
        "leaves-the-device-down",
        "lets the bus go with the device down",
        ("ACD-003",),
        lambda good: good.but(
            AcdpDisconnectRes, evse_mechanical_charging_device_status=MechanicalChargingDeviceStatus.END_POSITION
        ),
    ),
    mutant(
        "connects-early",
        "lets the device down before the vehicle stands",
        ("ACD-004",),
        lambda good: good.having(secc=ConnectsEarly),
    ),
    mutant(
        "keeps-its-state",
        "says nothing on the stream of system status",
        ("ACD-005",),
        lambda good: good.silent_on(AcdpSystemStatusRes),
    ),
    mutant(
        "sees-everything-stand",
        "sees every vehicle in position",
        ("ACD-006",),
        lambda good: good.but(
            AcdpVehiclePositioningRes, evse_processing=Processing.FINISHED, ev_in_charge_position=True
        ),
    ),
)
