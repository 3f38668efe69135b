"""Where transactions begin and end."""

from __future__ import annotations

import pytest

from harness.endpoints.station.ocpp.transaction_points import Facts, begins, ends_unauthorised, ends_unplugged


def facts(*true: str) -> Facts:
    return Facts(**{name: name in true for name in ("parked", "connected", "authorised", "energy")})


@pytest.mark.parametrize(
    ("point", "needs"),
    [
        ("ParkingBayOccupancy", ("parked",)),
        ("EVConnected", ("connected",)),
        ("Authorized", ("authorised",)),
        ("DataSigned", ("connected", "authorised")),
        ("PowerPathClosed", ("connected", "authorised")),
        ("EnergyTransfer", ("energy",)),
    ],
)
def test_each_start_point_needs_its_facts(point: str, needs: tuple[str, ...]) -> None:
    assert begins((point,), facts(*needs))
    assert not any(begins((point,), facts(*(one for one in needs if one != lacking))) for lacking in needs)


def test_the_first_of_several_start_points_counts() -> None:
    assert begins(("EnergyTransfer", "EVConnected"), facts("connected"))
    assert not begins((), facts("parked", "connected", "authorised", "energy"))


@pytest.mark.parametrize("point", ["Authorized", "DataSigned", "PowerPathClosed", "EnergyTransfer"])
def test_without_authorization_there_is_no_power(point: str) -> None:
    assert ends_unauthorised((point,), facts("connected"))


@pytest.mark.parametrize("point", ["EVConnected", "ParkingBayOccupancy"])
def test_a_car_that_stays_keeps_a_transaction_open(point: str) -> None:
    assert not ends_unauthorised((point,), facts("connected", "parked"))
    assert ends_unauthorised((point,), facts())


@pytest.mark.parametrize(
    ("point", "stays", "ends"),
    [
        ("EVConnected", True, True),
        ("PowerPathClosed", True, True),
        ("Authorized", True, False),
        ("Authorized", False, True),
        ("ParkingBayOccupancy", False, False),
    ],
)
def test_what_a_cable_that_comes_out_ends(point: str, *, stays: bool, ends: bool) -> None:
    assert ends_unplugged((point,), facts("parked"), stays_authorised=stays) is ends
