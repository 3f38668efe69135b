"""Where a station's backend is, and with what security: the slots of its network profiles (A05, B09)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from harness.endpoints.ocpp_security import SecurityProfile

SLOTS = (1, 2)
"""A station has two at least (B09.FR.06)."""
LEAST_PASSWORD, MOST_PASSWORD = 16, 40
"""Characters (A00.FR.205)."""


class NetworkProfile(Struct, frozen=True, kw_only=True):
    """One slot."""

    url: str
    """Of the backend, without the station's id."""
    security: SecurityProfile


class NetworkProfiles:
    """The slots, their priority, and the password; what changes counts from the next start on, the password at once."""

    def __init__(self) -> None:
        """There is no backend."""
        self.slots: dict[int, NetworkProfile] = {}
        self.priority: tuple[int, ...] = ()
        self.attempts = 3
        """How often a slot is tried before the next one is."""
        self.password: str | None = None
        """What a backend set in the place of the one that the station came with."""
        self.on_password: Callable[[], None] = lambda: None
        """Called once there is a new one."""
        self.has_certificate: Callable[[], bool] = lambda: False
        self.has_root: Callable[[], bool] = lambda: False
        self._order: tuple[int, ...] = ()
        self._place = self._failures = 0

    @property
    def active(self) -> int:
        """The slot that is used, or tried; 0 without one."""
        return self._order[self._place % len(self._order)] if self._order else 0

    @property
    def security(self) -> SecurityProfile:
        """The security profile of that slot."""
        return self.slots[self.active].security if self.active else SecurityProfile.NONE

    def begin(self, url: str, security: SecurityProfile) -> None:
        """What the station comes with, in the first slot."""
        self.slots = {SLOTS[0]: NetworkProfile(url=url, security=security)}
        self.priority = (SLOTS[0],)
        self.restart()

    def restart(self) -> None:
        """The station starts: it tries the slots in the order that counts by now."""
        self._order = self.priority
        self._place = self._failures = 0

    def failed(self) -> None:
        """A connection came to nothing; after so many the next slot has its turn."""
        self._failures += 1
        if self._failures >= self.attempts:
            self._failures = 0
            self._place += 1

    def connected(self) -> None:
        """A connection works: slots of lower security are not needed any more (A05.FR.06)."""
        self._failures = 0
        active, security = self.active, self.security
        self.slots = {slot: one for slot, one in self.slots.items() if one.security >= security}
        self.priority = tuple(slot for slot in self.priority if slot in self.slots)
        self._order = tuple(slot for slot in self._order if slot in self.slots)
        self._place = self._order.index(active) if active in self._order else 0

    def store(self, slot: int, data: dict[str, Any]) -> bool:
        """Put a network profile into a slot; False for a slot that is not there, or lower security (B09.FR.04)."""
        wanted = data["securityProfile"]
        if slot not in SLOTS or wanted not in set(SecurityProfile) or wanted < self.security:
            return False
        self.slots[slot] = NetworkProfile(url=data["ocppCsmsUrl"], security=SecurityProfile(wanted))
        return True

    def order(self, text: str) -> None:
        """Set the priority of slots.

        Raises:
            ValueError: a slot is empty, or lacks what its security takes (A05.FR.02, A05.FR.03).
        """
        wanted = tuple(int(part) for part in text.split(","))
        if not all(slot in self.slots and self._equipped(self.slots[slot].security) for slot in wanted):
            raise ValueError(text)
        self.priority = wanted

    def set_password(self, text: str) -> None:
        """Take a new password.

        Raises:
            ValueError: it is too short or too long.
        """
        if not LEAST_PASSWORD <= len(text) <= MOST_PASSWORD:
            raise ValueError("a password of the wrong length")
        self.password = text
        self.on_password()

    def set_attempts(self, text: str) -> None:
        """Set how often a slot is tried.

        Raises:
            ValueError: it is no positive number.
        """
        if int(text) < 1:
            raise ValueError(text)
        self.attempts = int(text)

    def _equipped(self, security: SecurityProfile) -> bool:
        needs_certificate = security is SecurityProfile.TLS_MUTUAL
        return (not security.secured or self.has_root()) and (not needs_certificate or self.has_certificate())
