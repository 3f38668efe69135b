"""The tables [ocpp] and [actuators] of a device profile."""

from __future__ import annotations

import pytest

from harness.core.errors import ProfileError
from harness.profile.device import Device
from harness.profile.load import read_device
from harness.standards.testcases import CertificationProfile

EMULATED = 'kind = "emulated"'
REAL = 'kind = "network"\ninterface = "eth1"'


def a_device(tables: str, *, role: str = "station", connection: str = EMULATED) -> Device:
    identity = f'[device]\nid = "d1"\ntitle = "T"\nrole = "{role}"\nvendor = "V"\nmodel = "M"\nversion = "1"\n'
    return read_device(f"{identity}[features]\nocpp201 = true\n[connection]\n{connection}\n{tables}", where="d.toml")


def test_answers_are_read_with_and_without_quotation_marks() -> None:
    ocpp = a_device('[ocpp]\nprofiles = ["core"]\n[ocpp.answers]\nC-13 = true\nC-09.1 = false\n"C-09.2" = true\n').ocpp
    assert ocpp is not None
    assert ocpp.profiles == (CertificationProfile.CORE,)
    assert ocpp.flat() == {"C-13": True, "C-09.1": False, "C-09.2": True}
    assert ocpp.claims().answers == ocpp.flat()


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("[ocpp.answers]\nC-99 = true", "answers C-99, which no test case asks for"),
        ("[ocpp.answers]\nHFS-8 = true", "answers HFS-8 (number of EVSEs) with True (write a number)"),
        ("[ocpp.answers]\nC-13 = 1", "answers C-13 (a single EVSE can be reset) with 1 (write true or false)"),
        ('[ocpp]\nprofiles = ["everything"]', "unknown name"),
        ("[ocpp]\nanswer = true", "unknown key at ocpp.answer"),
        ('[actuators]\nhook = "http://127.0.0.1:1/"', "[actuators] of an emulated device"),
    ],
)
def test_a_mistake_is_told(table: str, told: str) -> None:
    with pytest.raises(ProfileError) as problem:
        a_device(table)
    assert told in str(problem.value)


def test_an_ev_claims_no_ocpp() -> None:
    with pytest.raises(ProfileError, match="of an EV, which speaks no OCPP"):
        a_device("[ocpp]", role="ev")


def test_actuators_of_a_real_device() -> None:
    table = '[actuators]\nhook = "http://bench:8/v2x"\n[actuators.commands]\nplug_in = ["plug", "{evse_id}"]\n'
    actuators = a_device(table, connection=REAL).actuators
    assert (actuators.hook, actuators.human) == ("http://bench:8/v2x", False)
    assert actuators.commands == {"plug_in": ("plug", "{evse_id}")}


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('[actuators]\nhook = "bench"', "actuators.hook is 'bench'"),
        ("[actuators.commands]\nplug_in = []", "actuators.commands.plug_in names no program"),
        ("[actuators]\nhuman_within_s = 0", "actuators.human_within_s"),
    ],
)
def test_actuators_that_cannot_be_followed(table: str, told: str) -> None:
    with pytest.raises(ProfileError) as problem:
        a_device(table, connection=REAL)
    assert told in str(problem.value)
