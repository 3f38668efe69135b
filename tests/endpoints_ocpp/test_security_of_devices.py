"""The security profile that a device profile names counts in every run, and must be one that the device claims."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from harness.core.case import Role
from harness.core.errors import ProfileError
from harness.core.feature import Feature
from harness.kit import Bench, seen
from harness.kit.device_check import check_device
from harness.kit.workshop import Workshop
from harness.messages.ocpp import BootNotification
from harness.profile.device import Device
from harness.profile.load import load_device
from harness.trace.entry import Link, TlsSeen
from harness.trace.trace import Trace
from harness.transports.clock import run

ROOT = Path(__file__).parents[2]


def device(role: Role, profile: int, **features: bool) -> Device:
    good = load_device(ROOT / "profiles" / "devices" / f"emulated-{role}.toml")
    told: dict[Any, bool] = {**good.features, **{Feature(name): value for name, value in features.items()}}
    connection: Any = replace(good.connection, security_profile=profile)
    return replace(good, connection=connection, features=told)


def boot(bench: Bench) -> Trace:
    async def go() -> Trace:
        return await bench.run(plug=False, until=seen(BootNotification.response), limit=60.0)

    return run(go(), virtual=True)


@pytest.mark.parametrize("role", [Role.STATION, Role.CSMS])
@pytest.mark.parametrize("profile", [0, 1, 2, 3])
def test_a_device_speaks_at_its_security_profile(role: Role, profile: int) -> None:
    trace = boot(Workshop((device(role, profile),)).bench(role))

    assert trace.all(BootNotification.response)
    handshakes = trace.all(TlsSeen, event="handshake", link=Link.OCPP)
    assert [bool(one.facts["certificate_requested"]) for one in handshakes] == [profile == 3] * (profile > 1)


@pytest.mark.parametrize(("profile", "feature"), [(1, "ocpp_basic"), (2, "ocpp_tls"), (3, "ocpp_tls_mutual")])
def test_a_profile_that_is_not_claimed_is_refused(profile: int, feature: str) -> None:
    with pytest.raises(ProfileError, match=f"security_profile is {profile}.*{feature}"):
        check_device(device(Role.STATION, profile, **{feature: False}), "here.toml")


def test_without_tls_nothing_need_be_claimed() -> None:
    check_device(device(Role.STATION, 0, ocpp_basic=False, ocpp_tls=False, ocpp_tls_mutual=False), "here.toml")
