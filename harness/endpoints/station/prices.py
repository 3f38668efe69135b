"""A tariff in the words of ISO 15118-20: absolute price schedules, or price levels."""

from __future__ import annotations

from msgspec import Struct

from harness.core.units import Rational, Watts
from harness.endpoints.station.tariff import Rate, Tariff
from harness.messages.iso20.common import (
    AbsolutePriceSchedule,
    AdditionalService,
    AdditionalServiceList,
    OverstayRule,
    OverstayRuleList,
    PriceLevelSchedule,
    PriceLevelScheduleEntry,
    PriceLevelScheduleEntryList,
    PriceRule,
    PriceRuleStack,
    PriceRuleStackList,
    TaxRule,
    TaxRuleList,
)


class PriceTerms(Struct, frozen=True, kw_only=True):
    """For what the prices are told."""

    number: int
    """Id of the price schedule."""
    anchor: int
    """Unix time at which it begins."""
    duration: int
    """Seconds."""
    points: int
    """Stretches that the EV can take."""
    factor: float = 1.0
    """Times the fees for energy."""
    back: bool = False
    """For energy from the EV."""


def absolute(tariff: Tariff, terms: PriceTerms) -> AbsolutePriceSchedule:
    """The prices in money; its Id is what a signature refers to."""
    stacks = tuple(
        PriceRuleStack(duration=seconds, price_rule=_rules(rate, terms)) for seconds, rate in _stretches(tariff, terms)
    )
    return AbsolutePriceSchedule(
        id=f"prices-{terms.number}",
        time_anchor=terms.anchor,
        price_schedule_id=terms.number,
        price_schedule_description=tariff.description,
        currency=tariff.currency,
        language=tariff.language,
        price_algorithm=tariff.algorithm,
        minimum_cost=_sum(tariff.minimum_cost),
        maximum_cost=_sum(tariff.maximum_cost),
        tax_rules=_taxes(tariff),
        price_rule_stacks=PriceRuleStackList(price_rule_stack=stacks),
        overstay_rules=_overstay(tariff),
        additional_selected_services=_extras(tariff),
    )


def levels(tariff: Tariff, terms: PriceTerms) -> PriceLevelSchedule:
    """The prices as levels: 1 is the lowest fee of the tariff."""
    fees = sorted({_fee(rate, terms) for rate in tariff.rates})
    entries = tuple(
        PriceLevelScheduleEntry(duration=seconds, price_level=1 + fees.index(_fee(rate, terms)))
        for seconds, rate in _stretches(tariff, terms)
    )
    return PriceLevelSchedule(
        id=f"levels-{terms.number}",
        time_anchor=terms.anchor,
        price_schedule_id=terms.number,
        number_of_price_levels=max(1, len(fees)),
        price_level_schedule_entries=PriceLevelScheduleEntryList(price_level_schedule_entry=entries),
    )


def one_level(terms: PriceTerms) -> PriceLevelSchedule:
    """A single level, for EVs that break off without prices."""
    return levels(Tariff(rates=(Rate(),)), terms)


def _stretches(tariff: Tariff, terms: PriceTerms) -> tuple[tuple[int, Rate], ...]:
    """How long each rate holds; what the EV has no room for, the last rate that it can take covers."""
    due = [rate for rate in tariff.rates if rate.start < terms.duration][: terms.points] or [Rate()]
    starts = [0, *(round(rate.start) for rate in due[1:]), terms.duration]
    return tuple((end - start, rate) for start, end, rate in zip(starts, starts[1:], due, strict=False))


def _fee(rate: Rate, terms: PriceTerms) -> float:
    return round((rate.feed_in_fee if terms.back else rate.energy_fee) * terms.factor, 4)


def _rules(rate: Rate, terms: PriceTerms) -> tuple[PriceRule, ...]:
    slow = PriceRule(
        energy_fee=Rational.of(_fee(rate, terms)),
        parking_fee=_sum(rate.parking_fee),
        parking_fee_period=None if rate.parking_fee is None else rate.parking_period,
        carbon_dioxide_emission=rate.carbon_dioxide,
        renewable_generation_percentage=rate.renewable,
        power_range_start=Watts.of(0.0),
    )
    if rate.fast_fee is None or terms.back:
        return (slow,)
    fee = Rational.of(round(rate.fast_fee * terms.factor, 4))
    return (slow, PriceRule(energy_fee=fee, power_range_start=Watts.of(rate.fast_from)))


def _taxes(tariff: Tariff) -> TaxRuleList | None:
    rules = tuple(
        TaxRule(
            tax_rule_id=number,
            tax_rule_name=tax.name,
            tax_rate=Rational.of(tax.rate),
            tax_included_in_price=tax.included,
            applies_to_energy_fee=tax.on_energy,
            applies_to_parking_fee=tax.on_parking,
            applies_to_overstay_fee=tax.on_overstay,
            applies_minimum_maximum_cost=tax.on_bounds,
        )
        for number, tax in enumerate(tariff.taxes, 1)
    )
    return TaxRuleList(tax_rule=rules) if rules else None


def _overstay(tariff: Tariff) -> OverstayRuleList | None:
    rules = tuple(
        OverstayRule(
            overstay_rule_description=one.description,
            start_time=one.start,
            overstay_fee=Rational.of(one.fee),
            overstay_fee_period=one.period,
        )
        for one in tariff.overstays
    )
    if not rules:
        return None
    power = None if tariff.overstay_power is None else Watts.of(tariff.overstay_power)
    return OverstayRuleList(
        overstay_time_threshold=tariff.overstay_threshold, overstay_power_threshold=power, overstay_rule=rules
    )


def _extras(tariff: Tariff) -> AdditionalServiceList | None:
    fees = tuple(AdditionalService(service_name=one.name, service_fee=Rational.of(one.fee)) for one in tariff.extras)
    return AdditionalServiceList(additional_service=fees) if fees else None


def _sum(money: float | None) -> Rational | None:
    return None if money is None else Rational.of(money)
