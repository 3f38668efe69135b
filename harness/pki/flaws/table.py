"""All flaws with what is known of them."""

from __future__ import annotations

from harness.core.errors import UserError
from harness.pki.flaws import dates, encoding, extensions, issuers, keys, messages, names, uses
from harness.pki.flaws.flaw import Flaw
from harness.pki.flaws.trait import OCPP, PROFILES, Trait
from harness.pki.recipe import ChainRecipe

TRAITS: dict[Flaw, Trait] = {
    **dates.TRAITS,
    **issuers.TRAITS,
    **uses.TRAITS,
    **names.TRAITS,
    **keys.TRAITS,
    **encoding.TRAITS,
    **extensions.TRAITS,
    **messages.TRAITS,
}


def trait_of(flaw: Flaw) -> Trait:
    """What is known of a flaw."""
    return TRAITS[flaw]


def bend(good: ChainRecipe, flaw: Flaw) -> ChainRecipe:
    """The same chain with exactly one flaw; everything else keeps its keys, names and dates.

    Raises:
        UserError: chains of that kind, or of that profile, cannot have it.
    """
    trait = TRAITS[flaw]
    if good.kind not in trait.kinds:
        kinds = ", ".join(sorted(trait.kinds))
        raise UserError(f"a chain of the kind {good.kind} cannot have the flaw {flaw}", do=f"take one of: {kinds}")
    profile = PROFILES.get(good.leaf.key_kind)
    if good.kind not in OCPP and profile is not None and profile not in trait.profiles:
        profiles = ", ".join(sorted(trait.profiles))
        raise UserError(f"a chain of the profile {profile} cannot have the flaw {flaw}", do=f"take one of: {profiles}")
    return trait.bend(good)
