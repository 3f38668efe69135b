"""The `[actuators]` table of a device profile: how things are done at a real device that no message can do."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

from harness.core.errors import ProfileError

Seconds = Annotated[float, Meta(gt=0)]


class Actuators(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Hook, commands and people, tried in this order."""

    hook: str = ""
    """URL of an adapter that takes operations by POST; see docs/how-to/hooks.md."""
    token_file: str = ""
    """File with the adapter's bearer token in its first line; the token itself is written nowhere."""
    hook_within_s: Seconds = 60.0
    """How long the adapter may take."""
    commands: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By operation: a program and its arguments, in which `{evse_id}` stands for that argument of the operation."""
    command_within_s: Seconds = 60.0
    """How long a command may take."""
    human: bool = False
    """Somebody may be asked; whether anybody is there, `v2x run --attended` says."""
    human_within_s: Seconds = 120.0
    """How long that may take."""


def check_actuators(actuators: Actuators, *, emulated: bool, where: str) -> None:
    """See that the table can be followed.

    Raises:
        ProfileError: it cannot.
    """
    if emulated and actuators != Actuators():
        what = "[actuators] of an emulated device, at which everything is done without them"
        raise ProfileError(what, where=where, do="leave the table out")
    if actuators.hook and not actuators.hook.startswith(("http://", "https://")):
        raise ProfileError(f"actuators.hook is {actuators.hook!r}", where=where, do="write an http:// or https:// URL")
    if empty := [name for name, command in actuators.commands.items() if not command]:
        what = f"actuators.commands.{empty[0]} names no program"
        raise ProfileError(what, where=where, do="write the program and its arguments as a list")
