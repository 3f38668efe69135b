"""Stations and backends with one fault each in what they make of a vendor's own data."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.station import Station
from harness.messages.ocpp import BootNotification, DataTransfer, OcppMessage, SetVariables, TransactionEvent

_station = series(Station, Role.STATION, ids="ocpp-station-vendors-", cases="TC_P_")
_csms = series(Csms, Role.CSMS, ids="ocpp-csms-vendors-", cases="TC_P_")


def _refuses_custom(heard: Any, said: OcppMessage) -> Any:
    """What is beside the standard is an error."""
    strange = isinstance(heard, OcppMessage) and "customData" in heard.payload
    return heard.refused("FormatViolation", "what is customData?") if strange else said


MUTANTS = (
    _station(
        "takes-anything",
        "The station accepts messages of vendors whom it does not know",
        ("01_CS",),
        lambda good: good.but(DataTransfer.response, status="Accepted"),
    ),
    _station(
        "no-custom-data",
        "The station refuses requests that have customData in them",
        ("03_CS",),
        lambda good: good.answering(SetVariables.response, _refuses_custom),
    ),
    _csms(
        "takes-anything",
        "The backend accepts messages of vendors whom it does not know",
        ("02_CSMS",),
        lambda good: good.but(DataTransfer.response, status="Accepted"),
    ),
    _csms(
        "no-custom-data",
        "The backend refuses events that have customData in them",
        ("03_CSMS",),
        lambda good: good.answering(TransactionEvent.response, _refuses_custom),
    ),
    _csms(
        "no-custom-boot",
        "The backend refuses boots that have customData in them",
        ("03_CSMS",),
        lambda good: good.answering(BootNotification.response, _refuses_custom),
    ),
)
