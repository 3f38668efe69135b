"""Stations with one fault each in how they run transactions, or in what they tell of them."""

from __future__ import annotations

from harness.core.case import Role
from harness.endpoints.mutants import careless_transactions as careless
from harness.endpoints.mutants.blocks import with_block
from harness.endpoints.mutants.careless_events import blames_power_loss, telling
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.ocpp.token_rules import TokenControl
from harness.endpoints.station.ocpp.transaction_control import TransactionControl
from harness.endpoints.station.station import Station
from harness.messages.ocpp import GetTransactionStatus

_mutant = series(Station, Role.STATION, ids="ocpp-station-transactions-", cases="TC_E_")

MUTANTS = (
    _mutant(
        "odd-start",
        "The station tells starts with a trigger that starts nothing",
        ("01_CS", "02_CS", "09_CS", "10_CS", "11_CS", "12_CS", "13_CS"),
        telling(careless.for_no_reason),
    ),
    _mutant(
        "start-points",
        "The station begins transactions with cable or card, whatever start point is set",
        ("01_CS", "02_CS", "11_CS", "12_CS"),
        with_block(TransactionControl, careless.StartsAnyway),
    ),
    _mutant(
        "nameless",
        "The station names no token in its events",
        ("02_CS", "03_CS", "04_CS", "10_CS", "11_CS", "13_CS"),
        telling(careless.without_token),
    ),
    _mutant(
        "placeless",
        "The station names no EVSE in its events",
        ("01_CS", "02_CS", "03_CS", "04_CS", "09_CS"),
        telling(careless.without_place),
    ),
    _mutant(
        "goes-on",
        "The station keeps transactions open until the bay is free, whatever stop point is set",
        ("07_CS", "08_CS", "15_CS", "21_CS", "35_CS"),
        with_block(TransactionControl, careless.GoesOn),
    ),
    _mutant(
        "stops-at-once",
        "The station ends transactions with the authorization, whatever stop point is set",
        ("14_CS", "19_CS"),
        with_block(TransactionControl, careless.StopsAtOnce),
    ),
    _mutant(
        "power-loss",
        "The station ends every transaction for want of power",
        ("06_CS", "07_CS", "08_CS", "14_CS", "15_CS", "17_CS", "19_CS", "20_CS", "21_CS", "35_CS", "37_CS", "54_CS"),
        telling(blames_power_loss),
    ),
    _mutant(
        "blames-itself",
        "The station tells cars that take no energy as kept from it",
        ("22_CS", "38_CS"),
        telling(careless.blames_itself),
    ),
    _mutant(
        "patient",
        "The station waits for the cable longer than it was told to",
        ("05_CS", "27_CS", "39_CS"),
        with_block(TransactionControl, careless.Patient),
    ),
    _mutant(
        "keeps-the-cable",
        "The station tells a cable that is out as one that is in",
        ("17_CS", "20_CS", "24_CS", "25_CS", "26_CS", "27_CS", "37_CS", "54_CS"),
        telling(careless.keeps_the_cable),
    ),
    _mutant(
        "never-suspends",
        "The station ends the authorization whenever the cable comes out",
        ("26_CS", "27_CS"),
        with_block(TransactionControl, careless.NeverSuspends),
    ),
    _mutant(
        "hides-stops",
        "The station tells stops by token or car as any change",
        ("06_CS", "07_CS", "14_CS", "15_CS", "44_CS", "45_CS", "46_CS"),
        telling(careless.hides_the_stop),
    ),
    _mutant(
        "queue-empty",
        "The station says that nothing waits whatever does",
        ("29_CS", "31_CS", "33_CS"),
        lambda good: good.but(GetTransactionStatus.response, messagesInQueue=False),
    ),
    _mutant(
        "queue-full",
        "The station says that something waits whatever does",
        ("28_CS", "30_CS", "32_CS", "34_CS"),
        lambda good: good.but(GetTransactionStatus.response, messagesInQueue=True),
    ),
    _mutant(
        "always-ongoing",
        "The station says of every transaction, and of none, that it goes on",
        ("28_CS", "31_CS", "32_CS", "33_CS", "34_CS"),
        lambda good: good.but(GetTransactionStatus.response, ongoingIndicator=True),
    ),
    _mutant(
        "never-ongoing",
        "The station says of every transaction that it is over",
        ("29_CS", "30_CS"),
        lambda good: good.but(GetTransactionStatus.response, ongoingIndicator=False),
    ),
    _mutant(
        "no-memory",
        "The station forgets what it could not tell",
        ("40_CS", "43_CS", "44_CS", "45_CS"),
        lambda good: good.set(offline_queue=False),
    ),
    _mutant(
        "asks-anyway",
        "The station asks about tokens, though it was told to ask about none",
        ("52_CS",),
        with_block(TokenControl, careless.AsksAnyway),
    ),
    _mutant(
        "gives-up",
        "The station tells every event once, whatever becomes of it",
        ("41_CS", "42_CS", "50_CS", "51_CS"),
        lambda good: good.having(session=careless.GivesUp),
    ),
    _mutant(
        "pushes",
        "The station tells an event again without a wait",
        ("50_CS", "51_CS"),
        lambda good: good.having(session=careless.Pushes),
    ),
)
