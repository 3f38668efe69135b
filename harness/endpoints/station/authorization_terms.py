"""How a station decides on tokens by itself: what it remembers, and when that counts (blocks C and D)."""

from __future__ import annotations

from msgspec import Struct


class AuthorizationTerms(Struct, frozen=True, kw_only=True):
    """Values that a station is delivered with; a backend may change most of them."""

    enabled: bool = True
    """False: everybody may charge, unasked (AuthCtrlr.Enabled)."""
    local_pre_authorize: bool = False
    """A token that the station knows as good starts without a question while the backend can be asked."""
    local_authorize_offline: bool = True
    """What the station knows counts while the backend cannot be asked."""
    unknown_offline: bool = False
    """While the backend cannot be asked, a token that nobody knows may charge."""
    contract_validation_offline: bool = True
    """The same of a contract whose chain the station has checked (ISO15118Ctrlr.ContractValidationOffline)."""
    master_pass_group: str = ""
    """Who belongs to this group stops every transaction and starts none (C16); empty: nobody does."""
    screen: bool = False
    """He chooses at a screen what to stop; otherwise everything stops at once."""

    cache: bool = True
    """What the backend says of tokens is remembered."""
    cache_lifetime: int = 0
    """Seconds for which it is; 0: until there is no room."""
    cache_size: int = 100
    """Tokens that there is room for."""
    cache_final: bool = False
    """A remembered refusal is not put to the backend again (AuthCacheCtrlr.DisablePostAuthorize)."""

    list_enabled: bool = True
    """The backend may send a list of tokens."""
    list_size: int = 200
    list_items: int = 50
    """Entries in one message."""
    list_final: bool = False
    """A refusal of the list is not put to the backend (LocalAuthListCtrlr.DisablePostAuthorize)."""

    asks_nobody: bool = False
    """The backend is asked about no token at all (AuthCtrlr.DisableRemoteAuthorization)."""
    stop_on_invalid: bool = True
    """A token that the backend takes back ends the transaction; otherwise it takes the power away."""
    max_energy_on_invalid: int = 0
    """Wh that are still given before that."""


class TokenRules:
    """The same, as it is in force at a running station."""

    def __init__(self, terms: AuthorizationTerms) -> None:
        """As delivered."""
        self.enabled = terms.enabled
        self.local_pre_authorize = terms.local_pre_authorize
        self.local_authorize_offline = terms.local_authorize_offline
        self.unknown_offline = terms.unknown_offline
        self.contract_validation_offline = terms.contract_validation_offline
        self.master_pass_group = terms.master_pass_group
        self.cache = terms.cache
        self.cache_lifetime = float(terms.cache_lifetime)
        self.cache_final = terms.cache_final
        self.list_enabled = terms.list_enabled
        self.list_final = terms.list_final
        self.asks_nobody = terms.asks_nobody
        self.stop_on_invalid = terms.stop_on_invalid
        self.max_energy_on_invalid = float(terms.max_energy_on_invalid)
