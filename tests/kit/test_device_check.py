"""What no emulated device can be is an error of its profile, told with file and key before anything starts."""

from __future__ import annotations

import pytest

from harness.core.errors import ProfileError
from harness.kit.device_check import check_device
from harness.profile.load import read_device
from harness.runner.data import data_folder

FOLDER = data_folder("profiles") / "devices"


def _checked(name: str, *changes: tuple[str, str], more: str = "") -> None:
    text = (FOLDER / f"{name}.toml").read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    check_device(read_device(text + more, where="mine.toml"), "mine.toml")


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("dc-charger", ("services = [6, 2]", "services = [2]"), "claims iso20_dc_bpt, parameters.services lacks 6"),
        ("dc-charger", ("iso20_ac = false", "iso20_ac = true"), "claims iso20_ac, parameters.services lacks 1"),
        ("dc-charger", ("services = [6, 2]", "services = []"), "no service at parameters.services"),
        ("dc-charger", ("services = [6, 2]", "services = [6, 2, 77]"), "there is no energy transfer service 77"),
        ("city-car", ("iso20_dc = false", "iso20_dc = true"), "claims iso20_dc, which is service 2"),
        ("city-car", ("iso20_ac_bpt = false", "iso20_ac_bpt = true"), "claims iso20_ac_bpt, which is service 5"),
        ("city-car", ("\npnc = false", "\npnc = true"), "claims pnc, behaviour.contract is missing"),
        ("city-car", ("\npnc = false", "\npnc = true"), "Plug and Charge needs a contract"),
        ("city-car", ("iso2 = false", "iso2 = true"), "claims iso2, behaviour.speaks has iso20"),
        ("city-car", ("phases = 3", "phases = 3\nmax_discharge_power = 5_000"), "parameters.max_discharge_power on a"),
        ("city-car", ("service = 1", "service = 65"), "no emulated EV can charge by service 65"),
        ("city-car", ("max_charge_power = 11_040", "max_charge_power = 2_000"), "min_charge_power 4140 is above"),
        ("city-car", ("min_soc = 10", "min_soc = 90"), "states of charge out of order"),
        (
            "city-car",
            ("either_mode = true", 'control_mode = "scheduled"\nneeds_from = 2'),
            "parameters.needs_from is 2 without Dynamic",
        ),
        ("city-car", ("either_mode = true", 'control_mode = "scheduled"'), "claims dynamic, parameters.control_mode"),
        ("city-car", ("phases = 3", "phases = 3\ndisplay_parameters = false"), "claims display_parameters"),
        (
            "dc-charger",
            ("services = [6, 2]", 'services = [6, 2]\ncontrol_modes = ["scheduled"]'),
            "claims dynamic, parameters.control_modes lacks dynamic",
        ),
        (
            "dc-charger",
            ("services = [6, 2]", 'services = [6, 2]\nprotocols = ["urn:iso:std:iso:15118:-20:AC"]'),
            "no protocol in parameters.protocols carries service 6",
        ),
        ("dc-charger", ("services = [6, 2]", "services = [6, 2]\nprotocols = []"), "nothing is spoken at parameters"),
        (
            "dc-charger",
            ("services = [6, 2]", "services = [6, 2]\nbpt_channels = [1, 2]\ngenerator_modes = [1, 2]"),
            "combine to 36 parameter sets of service 6",
        ),
        ("dc-charger", ("services = [6, 2]", "services = [6, 2]\npricings = []"), "leave no parameter set"),
        ("dc-charger", ("services = [6, 2]", "services = [6, 2]\nmeter_info = false"), "claims meter_info"),
        ("iso2-charger", ("services = [2]", "services = [2]\nmax_discharge_power = 9"), "that cannot discharge"),
        ("ac-wallbox", ("max_charge_current = 32", "max_current = 32"), "unknown key at parameters.ac.max_current"),
        ("ac-wallbox", ("max_charge_current = 32", 'max_charge_current = "32 A"'), "at parameters.ac.max_charge_cur"),
    ],
)
def test_what_cannot_be_is_told(name: str, change: tuple[str, str], told: str) -> None:
    _checked(name)
    with pytest.raises(ProfileError) as problem:
        _checked(name, change)
    assert told in problem.value.what
    assert problem.value.where == "mine.toml"
    assert problem.value.do


def test_station_needs_without_dynamic_mode() -> None:
    changes = (
        ("services = [6, 2]", 'services = [6, 2]\ncontrol_modes = ["scheduled"]\nmobility_needs_modes = [2]'),
        ("\ndynamic = true", "\ndynamic = false"),
    )
    with pytest.raises(ProfileError, match=r"parameters.mobility_needs_modes is 2, but Dynamic"):
        _checked("dc-charger", *changes)


@pytest.mark.parametrize(
    ("name", "changes", "told"),
    [
        ("dc-suv", (), 'speaks = []', ),
        ("dc-suv", (('tls = "1.3"', 'tls = "1.2"'),), ""),
        ("dc-suv", (('tls = "1.3"', 'tls = "none"'),), "contract = true"),
    ],
)  # fmt: skip
def test_behaviour_that_cannot_be(name: str, changes: tuple[tuple[str, str], ...], told: str) -> None:
    wanted = {"speaks = []": "nothing is spoken at behaviour.speaks", "": "ISO 15118-20 needs TLS 1.3"}
    with pytest.raises(ProfileError, match=wanted.get(told, "Plug and Charge needs TLS")):
        _checked(name, *changes, more=f"\n[behaviour]\n{told}\n")


def test_an_unknown_key_of_behaviour() -> None:
    with pytest.raises(ProfileError, match=r"unknown key at behaviour.temper"):
        _checked("dc-suv", more='\n[behaviour]\ntemper = "bad"\n')
    with pytest.raises(ProfileError, match=r"'hasty' at behaviour.flavour"):
        _checked("dc-suv", more='\n[behaviour]\nflavour = "hasty"\n')


def test_plug_and_charge_needs_tls() -> None:
    changes = (("\npnc = false", "\npnc = true"), ('tls = "1.3"', 'tls = "none"'))
    with pytest.raises(ProfileError, match=r'claims pnc, connection.tls is "none"'):
        _checked("city-car", *changes)


def test_how_a_real_device_behaves_is_not_ours_to_say() -> None:
    change = ('kind = "emulated"', 'kind = "network"\ninterface = "eth1"')
    with pytest.raises(ProfileError, match="of a device that is not emulated"):
        _checked("dc-suv", change, more='\n[behaviour]\nflavour = "field"\n')
