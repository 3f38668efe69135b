"""Has things done to a real device that no message can do: by its hook, its commands, or the person beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from harness.core.errors import NotTested
from harness.endpoints.operations import Operation
from harness.endpoints.sut.command_line import CommandLine
from harness.endpoints.sut.hook import Hook, read_token
from harness.endpoints.sut.human import Human
from harness.endpoints.sut.means import Declined, Errand, Means


class ActuatorsTable(Protocol):
    """The `[actuators]` table of a device profile, as far as it is used here."""

    @property
    def hook(self) -> str:
        """URL of an adapter; empty: none."""

    @property
    def token_file(self) -> str:
        """File with its token; empty: none."""

    @property
    def hook_within_s(self) -> float:
        """How long it may take, seconds."""

    @property
    def commands(self) -> Mapping[str, Sequence[str]]:
        """Program and arguments by operation."""

    @property
    def command_within_s(self) -> float:
        """How long one may take, seconds."""

    @property
    def human(self) -> bool:
        """Whether a person may be asked."""

    @property
    def human_within_s(self) -> float:
        """How long that may take, seconds."""


class Actuators:
    """Tries one means after the other; `harness.kit.playing.Hands` of a real device."""

    def __init__(self, means: Sequence[Means], *, run: str = "") -> None:
        """`run` is what adapters are told the run is called."""
        self._means, self._run, self._step = tuple(means), run, 0

    async def do(self, operation: Operation) -> str:
        """Have it done; says by which means, and what that had to tell.

        Raises:
            NotTested: no means could; says why each could not.
        """
        self._step += 1
        errand = Errand(operation=operation, run=self._run, step=self._step)
        declined = []
        for means in self._means:
            try:
                told = await means.do(errand)
            except Declined as why:
                declined.append(f"{means.name} {why}")
            else:
                return f"{operation.name} done by {means.name}{': ' + told if told else ''}"
        why_not = "; ".join(declined) or "the device profile has no [actuators]"
        raise NotTested(f"nobody could do this: {operation.instruction} ({why_not})")


def actuators(table: ActuatorsTable, *, attended: bool, run: str = "") -> Actuators:
    """The means that a device profile names, in the order in which they are tried.

    Args:
        table: of the profile.
        attended: whether somebody is at the terminal.
        run: name of the run.

    Raises:
        ProfileError: the hook's token cannot be read.
    """
    means: list[Means] = []
    if table.hook:
        means.append(Hook(table.hook, token=read_token(table.token_file), within=table.hook_within_s))
    if table.commands:
        means.append(CommandLine(table.commands, within=table.command_within_s))
    if table.human:
        means.append(Human(attended=attended, within=table.human_within_s))
    return Actuators(means, run=run)
