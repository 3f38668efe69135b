"""What can be wrong with a run folder."""

from __future__ import annotations

from harness.core.errors import UserError


class StoreError(UserError):
    """A run folder cannot be written or read, or is not what its digests say."""
