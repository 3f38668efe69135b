"""Profiles: what is wrong in one is told with file, table and key before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.case import Role
from harness.core.errors import ProfileError
from harness.core.feature import Feature
from harness.profile.load import load_device, load_programme, read_device, read_programme
from harness.runner.data import data_folder

DEVICE = """
[device]
id = "d1"
title = "A station"
role = "station"
vendor = "V"
model = "M"
version = "1"

[features]
iso20 = true
iso20_dc = true

[connection]
kind = "emulated"
"""
PROGRAMME = """
[programme]
id = "p1"
title = "A programme"
version = "1"

[asked]
cases = ["ISO20-"]
"""
SHIPPED = sorted((data_folder("profiles") / "devices").glob("*.toml"))
PROGRAMMES = sorted((data_folder("profiles") / "programmes").glob("*.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_device_profile_that_comes_with_the_harness_can_be_read(path: Path) -> None:
    assert load_device(path).device.id == path.stem


@pytest.mark.parametrize("path", PROGRAMMES, ids=lambda path: path.stem)
def test_every_programme_that_comes_with_the_harness_can_be_read(path: Path) -> None:
    assert load_programme(path).programme.id == path.stem


def test_a_device_answers_what_it_was_asked() -> None:
    device = read_device(DEVICE, where="d.toml")
    assert device.role is Role.STATION
    assert device.offers(Feature.ISO20)
    assert not device.offers(Feature.PNC)
    assert (device.limits.charge_loops, device.connection.tls, device.launch) == (10, "1.3", None)


def test_a_programme_says_what_belongs_to_it() -> None:
    programme = read_programme(PROGRAMME, where="p.toml")
    assert programme.asked.cases == ("ISO20-",)
    assert (programme.asked.rules, programme.decision.inconclusive) == (True, "blocks")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("[features]", "[features]\npnnc = true"), "unknown name: Invalid enum value 'pnnc' at features"),
        (('vendor = "V"', 'vendor = "V"\ncolour = "red"'), "unknown key at device.colour"),
        (("[connection]", "[wheels]\ncount = 4\n[connection]"), "unknown key at wheels"),
        (('version = "1"', ""), "missing key at device.version"),
        (("[connection]\nkind", "[connexion]\nkind"), "unknown key at connexion"),
        (('[connection]\nkind = "emulated"', ""), "missing key at connection"),
        (('role = "station"', 'role = "pump"'), "unknown name: Invalid enum value 'pump' at device.role"),
        (('kind = "emulated"', 'kind = "emulated"\ntls = "1.1"'), "Invalid enum value '1.1' at connection.tls"),
        (("iso20 = true", 'iso20 = "yes"'), "Expected `bool`, got `str` at features.iso20"),
        (("[connection]", "[limits]\nrun_s = \"9\"\n[connection]"), "Expected `float`, got `str` at limits.run_s"),
        (('kind = "emulated"', 'kind = "emulated"\n[limits]\nruns_s = 3'), "unknown key at limits.runs_s"),
        (('kind = "emulated"', 'kind = "emulated"\n[launch]\nnamespace = "x"'), "missing key at launch.command"),
        (
            ('kind = "emulated"', 'kind = "emulated"\n[[known_failures]]\ncase = "X"'),
            "missing key at known_failures[0].mechanism",
        ),
        (
            ("[connection]", '[[known_failures]]\ncase = "X"\nmechanism = "m"\nexpires = "soon"\n[connection]'),
            "at known_failures[0].expires",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_table_and_key(change: tuple[str, str], told: str) -> None:
    assert change[0] in DEVICE
    with pytest.raises(ProfileError) as problem:
        read_device(DEVICE.replace(*change), where="devices/d.toml")
    assert told in problem.value.what
    assert problem.value.where == "devices/d.toml"
    assert problem.value.do


@pytest.mark.parametrize(
    ("features", "told"),
    [
        ("iso20_dc_bpt = true\niso20_dc = false", "claims iso20_dc_bpt but denies iso20_dc"),
        ("pause = true\niso20 = false", "claims pause but denies iso20"),
        ("tls13_mutual = true\ntls13 = false", "claims tls13_mutual but denies tls13"),
        ("offline_queue = true\nocpp201 = false", "claims offline_queue but denies ocpp201"),
        ("smart_charging = true\nocpp201 = false", "claims smart_charging but denies ocpp201"),
    ],
)
def test_answers_that_contradict_each_other(features: str, told: str) -> None:
    text = DEVICE.replace("iso20 = true\niso20_dc = true", features)
    with pytest.raises(ProfileError, match=rf"^d\.toml: table \[features\] {told}"):
        read_device(text, where="d.toml")
    read_device(text.replace("= false", "= true"), where="d.toml")


@pytest.mark.parametrize("role", ["ev", "station"])
def test_a_device_on_the_network_needs_an_interface(role: str) -> None:
    text = DEVICE.replace('"emulated"', '"network"').replace('role = "station"', f'role = "{role}"')
    with pytest.raises(ProfileError, match=r"missing key at connection\.interface"):
        read_device(text, where="d.toml")
    read_device(text + 'interface = "eth1"\n', where="d.toml")


def test_a_backend_on_the_network_needs_none() -> None:
    text = DEVICE.replace('"emulated"', '"network"').replace('role = "station"', 'role = "csms"')
    assert read_device(text, where="d.toml").connection.interface == ""


def test_a_programme_with_an_unknown_key() -> None:
    with pytest.raises(ProfileError, match=r"^p\.toml: unknown key at asked\.rule"):
        read_programme(PROGRAMME + "rule = true\n", where="p.toml")
    with pytest.raises(ProfileError, match=r"unknown name: Invalid enum value 'nope' at asked\.required_features"):
        read_programme(PROGRAMME + 'required_features = ["nope"]\n', where="p.toml")


def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("[device\nid = 1\n")
    with pytest.raises(ProfileError, match=r"broken\.toml: is not TOML: .*line 1"):
        load_device(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"nowhere\.toml: cannot be read: .*No such file"):
        load_device(tmp_path / "nowhere.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ProfileError, match=r"bytes\.toml: cannot be read"):
        load_programme(tmp_path / "bytes.toml")
