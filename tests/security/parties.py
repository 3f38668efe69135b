"""The PKIs, headers and blocks that the tests of signatures share; everything is made in this run."""

from __future__ import annotations

from harness.core.units import Rational, Watts
from harness.messages.iso20.pricing import (
    AbsolutePriceSchedule,
    AdditionalService,
    AdditionalServiceList,
    PriceRule,
    PriceRuleStack,
    PriceRuleStackList,
)
from harness.messages.iso20.types import MessageHeader
from harness.pki.build import Pki
from harness.pki.recipe import Profile
from harness.security.assessment import Trust

AT = 1_767_225_600.0
CHALLENGE = bytes(range(16))
HEADER = MessageHeader(session_id=bytes(range(8)), time_stamp=int(AT))
PROFILES = tuple(Profile)
OF_ISO20 = (Profile.STRICT_20, Profile.ED448)


_PKIS = {profile: Pki.generate(AT, profile=profile) for profile in Profile}


def pki(profile: Profile = Profile.STRICT_20) -> Pki:
    """One PKI of each profile for all tests of a run; nothing is made before it is asked for."""
    return _PKIS[profile]


def trust(profile: Profile = Profile.STRICT_20, *, strict: bool = True) -> Trust:
    """Trust in every root of a PKI."""
    made = pki(profile)
    return Trust(roots=(*made.mo_roots, *made.v2g_roots, *made.oem_roots), strict=strict)


def prices(id_: str | None, currency: str = "EUR") -> AbsolutePriceSchedule:
    """A price schedule in which a string stands twice: one name of two services."""
    rule = PriceRule(energy_fee=Rational(value=30, exponent=-2), power_range_start=Watts(value=0))
    service = AdditionalService(service_name="Parking", service_fee=Rational(value=1))
    return AbsolutePriceSchedule(
        id=id_,
        time_anchor=int(AT),
        price_schedule_id=1,
        currency=currency,
        language="en",
        price_algorithm="urn:iso:std:iso:15118:-20:PriceAlgorithm:1-Power",
        price_rule_stacks=PriceRuleStackList(price_rule_stack=(PriceRuleStack(duration=3600, price_rule=(rule,)),)),
        additional_selected_services=AdditionalServiceList(additional_service=(service, service)),
    )
