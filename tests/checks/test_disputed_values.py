"""Values about which the sources disagree are told, and held against nobody."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from harness.checks.schema import valid
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.endpoints.station.refusals import filled
from harness.messages.iso20.common import CertificateInstallationRes, SignedInstallationData
from tests.checks.scene import Scene


@pytest.mark.parametrize(("size", "wrong"), [(56, False), (133, False), (40, True)])
def test_public_key_on_another_curve(size: int, *, wrong: bool) -> None:
    scene = Scene(Role.STATION)
    response = filled(CertificateInstallationRes)
    data = replace(filled(SignedInstallationData), dh_public_key=bytes(size))
    entry = scene.station(replace(response, signed_installation_data=data))
    found = [one for one in valid(scene.trace) if "DHPublicKey" in one.detail]
    assert [one.verdict is Verdict.FAIL for one in found if not one.notice] == [True] * wrong
    assert [one.entries for one in found if one.notice] == [(entry.number,)] * (size == 56)
