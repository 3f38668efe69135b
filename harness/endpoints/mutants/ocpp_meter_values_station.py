"""Stations with one fault each in what they measure, or in when they tell it."""

from __future__ import annotations

from harness.core.case import Role
from harness.endpoints.mutants import careless_transactions as careless
from harness.endpoints.mutants.blocks import with_block
from harness.endpoints.mutants.careless_events import loses_every_other_sample, no_end_reading, telling
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.ocpp.metering import Metering
from harness.endpoints.station.station import Station
from harness.messages.ocpp import MeterValues

_mutant = series(Station, Role.STATION, ids="ocpp-station-metering-", cases="TC_J_")

MUTANTS = (
    _mutant(
        "no-idle-values",
        "The station tells no values while nobody charges",
        ("01_CS", "06_CS"),
        lambda good: good.silent_on(MeterValues),
    ),
    _mutant(
        "no-clock-values",
        "The station tells no values by the clock in a transaction",
        ("02_CS",),
        telling(careless.without_clock_values),
    ),
    _mutant(
        "idle-off-the-clock",
        "The station takes values of an idle EVSE seven seconds after the full multiple",
        ("01_CS",),
        lambda good: good.answering(MeterValues, lambda _, said: careless.off_the_clock(said.payload)),
    ),
    _mutant(
        "off-the-clock",
        "The station takes values in a transaction seven seconds after the full multiple",
        ("02_CS", "03_CS"),
        telling(careless.off_the_clock),
    ),
    _mutant(
        "fewer-idle-measurands",
        "The station leaves out a measurand while nobody charges",
        ("01_CS",),
        lambda good: good.answering(MeterValues, lambda _, said: careless.fewer_measurands(said.payload)),
    ),
    _mutant(
        "fewer-measurands",
        "The station leaves out a measurand in a transaction",
        ("02_CS", "03_CS", "07_CS", "08_CS", "09_CS", "10_CS"),
        telling(careless.fewer_measurands),
    ),
    _mutant(
        "unsigned",
        "The station signs nothing in a transaction",
        ("04_CS", "11_CS"),
        telling(careless.unsigned),
    ),
    _mutant(
        "all-the-time",
        "The station tells values that are for idle times alone in a transaction as well",
        ("06_CS",),
        with_block(Metering, careless.TellsAllTheTime),
    ),
    _mutant(
        "loses-samples",
        "The station tells every other periodic sample",
        ("09_CS",),
        telling(loses_every_other_sample),
    ),
    _mutant(
        "no-end",
        "The station ends transactions without values",
        ("03_CS", "04_CS", "10_CS", "11_CS"),
        telling(no_end_reading),
    ),
)
