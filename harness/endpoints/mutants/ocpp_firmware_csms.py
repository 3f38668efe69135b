"""Backends with one fault each in how they have firmware installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants.mutant import series
from harness.messages.ocpp import (
    BootNotification,
    FirmwareStatusNotification,
    OcppMessage,
    SecurityEventNotification,
    UpdateFirmware,
)

_mutant = series(Csms, Role.CSMS, ids="ocpp-csms-firmware-", cases="TC_L_")
_INSTALLED = ("01_CSMS", "02_CSMS", "03_CSMS", "10_CSMS", "11_CSMS", "13_CSMS")
_FAILED = ("06_CSMS", "07_CSMS", "08_CSMS", "09_CSMS")
_REFUSED = ("04_CSMS", "05_CSMS")
_SECONDS_BEHIND = "2020-01-01T00:00:00.000Z"


def _without(name: str) -> Callable[[Csms], Csms]:
    def change(_heard: Any, said: OcppMessage) -> dict[str, Any]:
        firmware = {key: value for key, value in said.payload["firmware"].items() if key != name}
        return {**said.payload, "firmware": firmware}

    return lambda good: good.answering(UpdateFirmware, change)


def _early(_heard: Any, said: OcppMessage) -> dict[str, Any]:
    """Every date is long past."""
    firmware = said.payload["firmware"]
    dates = {key: _SECONDS_BEHIND for key in firmware if key.endswith("DateTime")}
    return {**said.payload, "firmware": {**firmware, **dates}}


MUTANTS = (
    _mutant(
        "unsigned", "The backend sends no signature along", (*_INSTALLED, *_FAILED, *_REFUSED), _without("signature")
    ),
    _mutant(
        "no-certificate",
        "The backend sends no signing certificate along",
        (*_INSTALLED, *_FAILED, *_REFUSED),
        _without("signingCertificate"),
    ),
    _mutant(
        "early",
        "The backend names dates that are past",
        ("02_CSMS", "03_CSMS"),
        lambda good: good.answering(UpdateFirmware, _early),
    ),
    _mutant(
        "deaf",
        "The backend does not answer what a station tells of its firmware",
        (*_INSTALLED, *_FAILED),
        lambda good: good.silent_on(FirmwareStatusNotification.response),
    ),
    _mutant(
        "no-events",
        "The backend answers security events with an error",
        (*_REFUSED, "06_CSMS"),
        lambda good: good.answering(
            SecurityEventNotification.response, lambda heard, _: heard.refused("NotSupported", "no events here")
        ),
    ),
    _mutant(
        "no-second-boot",
        "The backend rejects a station that boots with a new firmware",
        ("01_CSMS", "02_CSMS", "03_CSMS", "13_CSMS"),
        lambda good: good.but(BootNotification.response, nth=2, status="Rejected"),
    ),
    _mutant(
        "one-number",
        "The backend gives every update the same number",
        ("10_CSMS", "11_CSMS"),
        lambda good: good.but(UpdateFirmware, requestId=1),
    ),
)
