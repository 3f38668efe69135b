"""Stations with one fault each in how they decide on tokens, as the cases of the catalogue find them."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.endpoints.mutants import careless_tokens as careless
from harness.endpoints.mutants.blocks import with_block
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.ocpp.token_cache import AuthorizationCache
from harness.endpoints.station.ocpp.token_rules import Deauthorization
from harness.endpoints.station.station import Station
from harness.messages.ocpp import Authorize, ClearCache, OcppMessage

_mutant = series(Station, Role.STATION, ids="ocpp-station-token-", cases="TC_C_")


def _without_chain(_heard: Any, said: OcppMessage) -> dict[str, Any]:
    return {key: value for key, value in said.payload.items() if key != "certificate"}


MUTANTS = (
    _mutant(
        "takes-anyone",
        "The station takes every answer about a card for an acceptance",
        ("02_CS", "05_CS", "06_CS", "07_CS", "56_CS", "09_CS", "10_CS", "11_CS", "42_CS", "51_CS", "53_CS"),
        careless.deciding(careless.TakesAnyone),
    ),
    _mutant(
        "stops-for-anyone",
        "The station lets every card stop whatever runs",
        ("04_CS", "42_CS", "44_CS"),
        careless.deciding(careless.StopsForAnyone),
    ),
    _mutant(
        "remembers-nothing",
        "The station asks about every card, though it may go by what it remembers",
        ("08_CS", "13_CS", "32_CS", "33_CS", "41_CS"),
        careless.deciding(careless.RemembersNothing),
    ),
    _mutant(
        "never-asks-again",
        "The station takes a refusal that it remembers for final",
        ("09_CS", "10_CS", "11_CS", "12_CS", "34_CS", "44_CS"),
        careless.deciding(careless.NeverAsksAgain),
    ),
    _mutant(
        "always-asks-again",
        "The station asks about a card again though refusals are final",
        ("57_CS",),
        careless.deciding(careless.AlwaysAsksAgain),
    ),
    _mutant(
        "trusts-its-memory",
        "The station goes by what it remembers though it was told to ask, and for ever",
        ("36_CS", "46_CS"),
        careless.deciding(careless.TrustsItsMemory),
    ),
    _mutant(
        "forgets-at-boot",
        "The station forgets all cards when it boots",
        ("32_CS",),
        with_block(AuthorizationCache, careless.ForgetsAtBoot),
    ),
    _mutant(
        "clears-nothing",
        "The station says that it has cleared its memory of cards and has not",
        ("37_CS",),
        with_block(AuthorizationCache, careless.ClearsNothing),
    ),
    _mutant(
        "always-clears",
        "The station accepts to clear a memory that is off",
        ("38_CS",),
        lambda good: good.but(ClearCache.response, status="Accepted"),
    ),
    _mutant(
        "knows-no-groups",
        "The station lets nobody stop but who started",
        ("39_CS", "41_CS", "47_CS", "48_CS", "49_CS"),
        careless.deciding(careless.KnowsNoGroups),
    ),
    _mutant(
        "knows-no-master",
        "The station takes a card of the master group for any other",
        ("14_CS", "45_CS", "47_CS", "48_CS", "49_CS"),
        careless.deciding(careless.KnowsNoMaster),
    ),
    _mutant(
        "deaf-to-second-thoughts",
        "The station does not care what the backend says of a card beside a transaction",
        ("15_CS", "16_CS", "17_CS", "18_CS", "26_CS", "34_CS"),
        with_block(Deauthorization, careless.DeafToSecondThoughts),
    ),
    _mutant(
        "stops-at-once",
        "The station gives no more energy to a card that is no longer taken, whatever is allowed",
        ("15_CS", "18_CS"),
        with_block(Deauthorization, careless.StopsAtOnce),
    ),
    _mutant(
        "always-stops",
        "The station ends every transaction whose card is no longer taken",
        ("17_CS", "26_CS"),
        with_block(Deauthorization, careless.AlwaysStops),
    ),
    _mutant(
        "knows-too-little",
        "The station takes no card without a backend that it does not know",
        ("26_CS", "54_CS"),
        careless.deciding(careless.IgnoresWhatIsAllowedOffline),
    ),
    _mutant(
        "trusts-anyone-offline",
        "The station takes every token while the backend is away",
        ("55_CS",),
        careless.deciding(careless.TrustsAnyoneOffline),
    ),
    _mutant(
        "contracts-as-cards",
        "The station tells a contract as the number of a card",
        ("50_CS", "51_CS"),
        lambda good: good.but(Authorize, idToken__type="ISO14443"),
    ),
    _mutant(
        "keeps-chains",
        "The station shows the backend no chain of a contract",
        ("52_CS", "53_CS"),
        lambda good: good.answering(Authorize, _without_chain),
    ),
)
