"""What the backend hears of the needs of an EV that charges with alternating current."""

import pytest

from harness.core.units import Watts
from harness.endpoints.station.needs_heard import from_ac_parameters
from harness.endpoints.station.ocpp.needs import charging_needs
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.quantities import Needs
from harness.endpoints.station.settings import StationSettings
from harness.messages.iso20.ac import AcCpdReqEnergyTransferMode, BptAcCpdReqEnergyTransferMode
from harness.messages.iso20.energy import EnergyService

AT = 1767225600.0


def heard(said: AcCpdReqEnergyTransferMode, phases: int) -> Needs:
    plant = Plant(StationSettings())
    plant.service_selected(int(EnergyService.AC), "dynamic", AT, phases=phases)
    return from_ac_parameters(Needs(target_energy=24_000.0), said, int(EnergyService.AC), "dynamic", plant)


@pytest.mark.parametrize(
    ("phases", "kind", "most", "least"), [(3, "AC_three_phase", 16, 6), (1, "AC_single_phase", 48, 18)]
)
def test_currents_are_those_of_each_phase(phases: int, kind: str, most: int, least: int) -> None:
    said = AcCpdReqEnergyTransferMode(
        ev_maximum_charge_power=Watts.of(11_000.0), ev_minimum_charge_power=Watts.of(4_140.0)
    )
    message = charging_needs(heard(said, phases), AT, str)

    assert message is not None
    assert message.payload["chargingNeeds"] == {
        "requestedEnergyTransfer": kind,
        "acChargingParameters": {
            "energyAmount": 24_000,
            "evMinCurrent": least,
            "evMaxCurrent": most,
            "evMaxVoltage": 230,
        },
    }


def test_powers_of_the_phases_are_summed() -> None:
    names = ("ev_maximum_charge_power", "ev_minimum_charge_power", "ev_maximum_discharge_power")
    each = {f"{name}{phase}": Watts.of(1_000.0) for name in names for phase in ("", "_l2", "_l3")}
    said = BptAcCpdReqEnergyTransferMode(**each, ev_minimum_discharge_power=Watts.of(-100.0))
    needs = heard(said, 3)

    assert (needs.max_charge_power, needs.max_discharge_power, needs.min_discharge_power) == (3_000, 3_000, 100)
    assert needs.max_charge_current == pytest.approx(3_000 / 690)
