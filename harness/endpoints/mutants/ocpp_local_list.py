"""Stations and backends with one fault each in how they go about the local list of tokens."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants import careless_tokens as careless
from harness.endpoints.mutants.blocks import with_block
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.ocpp.deed import Deed, Payload, done
from harness.endpoints.station.ocpp.local_list import LocalAuthorizationList
from harness.endpoints.station.ocpp.token_memory import LocalList
from harness.endpoints.station.station import Station
from harness.messages.ocpp import (
    Authorize,
    GetLocalListVersion,
    Heartbeat,
    OcppMessage,
    SendLocalList,
    TransactionEvent,
)

_station = series(Station, Role.STATION, ids="ocpp-station-list-", cases="TC_")
_csms = series(Csms, Role.CSMS, ids="ocpp-csms-list-", cases="TC_")

_UPDATES = ("D_01_CS", "D_02_CS", "D_03_CS", "D_04_CS", "D_05_CS")
_REFUSED_ALONE = ("C_22_CS", "C_23_CS", "C_24_CS", "C_25_CS")
_PUT_TO_THE_BACKEND = ("C_28_CS", "C_29_CS", "C_30_CS", "C_31_CS", "C_43_CS")


class TakesAnyVersion(LocalAuthorizationList):
    """Takes updates that it should have had long ago."""

    def _take(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        if payload["updateType"] == "Differential":
            self.parts.authorisation.memory.list.version = payload["versionNumber"] - 1
        return super()._take(call, payload, at)


class ForgetsAtBoot(LocalAuthorizationList):
    """Has no list after a boot."""

    def restart(self, at: float) -> None:
        """Gone."""
        self.parts.authorisation.memory.list = LocalList()


class KeepsNothing(LocalAuthorizationList):
    """Accepts lists and does not keep them."""

    def _take(self, call: OcppMessage, _payload: Payload, _at: float) -> Deed:
        return done(call, "Accepted")


def _without_items(_heard: Any, said: OcppMessage) -> Payload:
    return {key: value for key, value in said.payload.items() if key != "localAuthorizationList"}


def _with_verdicts(_heard: Any, said: OcppMessage) -> Payload:
    items = said.payload.get("localAuthorizationList", [])
    return {
        **said.payload,
        "localAuthorizationList": [{**item, "idTokenInfo": {"status": "Blocked"}} for item in items],
    }


def _never_empty(_heard: Any, said: OcppMessage) -> Payload:
    item = {"idToken": {"idToken": "DEADBEEF", "type": "ISO14443"}, "idTokenInfo": {"status": "Accepted"}}
    return {**said.payload, "localAuthorizationList": said.payload.get("localAuthorizationList", [item])}


def _ungrouped(_heard: Any, said: OcppMessage) -> Payload:
    if "idTokenInfo" not in said.payload:
        return dict(said.payload)
    info = {key: value for key, value in said.payload["idTokenInfo"].items() if key != "groupIdToken"}
    return {**said.payload, "idTokenInfo": info}


STATIONS = (
    _station(
        "keeps-nothing",
        "The station accepts lists and does not keep them",
        (*_UPDATES, "D_06_CS", "D_07_CS", "D_08_CS", "C_21_CS", "C_27_CS", "C_40_CS", "C_58_CS"),
        with_block(LocalAuthorizationList, KeepsNothing),
    ),
    _station(
        "refuses-lists",
        "The station refuses every list",
        _UPDATES,
        lambda good: good.but(SendLocalList.response, status="Failed"),
    ),
    _station(
        "takes-any-version",
        "The station takes updates of a list that it has already",
        ("D_06_CS",),
        with_block(LocalAuthorizationList, TakesAnyVersion),
    ),
    _station(
        "forgets-list-at-boot",
        "The station has no list after a boot",
        ("D_07_CS",),
        with_block(LocalAuthorizationList, ForgetsAtBoot),
    ),
    _station(
        "one-version",
        "The station tells 1 as the version of every list",
        ("D_08_CS",),
        lambda good: good.but(GetLocalListVersion.response, versionNumber=1),
    ),
    _station(
        "trusts-anyone-alone",
        "The station takes every card while the backend is away, whatever the list says",
        _REFUSED_ALONE,
        careless.deciding(careless.TrustsAnyoneOffline),
    ),
    _station(
        "trusts-list-only",
        "The station does not put a card to the backend that is no good by the list",
        _PUT_TO_THE_BACKEND,
        careless.deciding(careless.NeverAsksAgain),
    ),
    _station(
        "asks-in-spite-of-list",
        "The station asks about cards that are good by the list",
        ("C_27_CS", "C_40_CS"),
        careless.deciding(careless.RemembersNothing),
    ),
    _station(
        "asks-again-in-spite-of-list",
        "The station asks about cards that are no good by the list though that is final",
        ("C_58_CS",),
        careless.deciding(careless.AlwaysAsksAgain),
    ),
)

CSMSS = (
    _csms(
        "version-zero",
        "The backend sends lists with version 0",
        ("D_01_CSMS", "D_02_CSMS", "D_03_CSMS", "D_04_CSMS"),
        lambda good: good.but(SendLocalList, versionNumber=0),
    ),
    _csms(
        "empty-lists",
        "The backend sends lists without what its operator wants in them",
        ("D_01_CSMS", "D_02_CSMS", "D_03_CSMS"),
        lambda good: good.answering(SendLocalList, _without_items),
    ),
    _csms(
        "takes-nothing-off",
        "The backend sends a verdict of what is to go from a list",
        ("D_03_CSMS",),
        lambda good: good.answering(SendLocalList, _with_verdicts),
    ),
    _csms(
        "never-empty",
        "The backend sends no empty list",
        ("D_04_CSMS",),
        lambda good: good.answering(SendLocalList, _never_empty),
    ),
    _csms(
        "deaf-after-versions",
        "The backend answers no heartbeat of a station with a list",
        ("D_08_CSMS", "D_09_CSMS"),
        lambda good: good.silent_on(Heartbeat.response),
    ),
    _csms(
        "ungrouped-events",
        "The backend names no groups beside transactions that began by the list",
        ("C_40_CSMS", "C_43_CSMS"),
        lambda good: good.answering(TransactionEvent.response, _ungrouped),
    ),
    _csms(
        "ungrouped-answers",
        "The backend names no groups when asked about a card that the list is wrong about",
        ("C_43_CSMS",),
        lambda good: good.answering(Authorize.response, _ungrouped),
    ),
)

MUTANTS = (*STATIONS, *CSMSS)
