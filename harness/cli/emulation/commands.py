"""Commands that somebody at the controls gives, one a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from harness.core.errors import UserError


class Command(Struct, frozen=True, kw_only=True):
    """One command."""

    usage: str = ""
    """What may stand behind its name."""
    meaning: str
    do: Callable[[list[str]], str]
    """Does it, given the words behind the name; says what was begun."""


class CommandError(UserError):
    """A command that is none, or cannot be followed now; the session goes on."""


class Commands:
    """The commands of one side."""

    def __init__(self, known: Mapping[str, Command]) -> None:
        """`help` comes by itself."""
        self._known = {**known, "help": Command(meaning="these lines", do=lambda _words: self.help())}

    def follow(self, line: str) -> str:
        """Do what a line says; the answer is a sentence or more, empty for an empty line.

        Raises:
            CommandError: there is no such command, or it cannot be followed now.
        """
        words = line.split()
        if not words:
            return ""
        command = self._known.get(words[0].lower())
        if command is None:
            raise CommandError(f"there is no command {words[0]!r}", do="`help` lists those that there are")
        return command.do(words[1:])

    def help(self) -> str:
        """All commands with what they mean."""
        rows = [(f"{name} {command.usage}".rstrip(), command.meaning) for name, command in self._known.items()]
        width = max(len(left) for left, _ in rows)
        return "\n".join(f"{left:{width}}  {right}" for left, right in rows)


def number(words: list[str], place: int, what: str) -> float | None:
    """The number at a place behind a command; None where there is none.

    Raises:
        CommandError: something else stands there, or it is negative.
    """
    if len(words) <= place:
        return None
    try:
        value = float(words[place])
    except ValueError:
        raise CommandError(f"{words[place]!r} is no number of {what}", do="write a bare number") from None
    if not 0 <= value < float("inf"):
        raise CommandError(f"{words[place]} {what} cannot be", do="write a number from 0 up")
    return value


def choice(words: list[str], known: tuple[str, ...]) -> str:
    """One of several words behind a command; the first where there is none.

    Raises:
        CommandError: another word stands there.
    """
    said = words[0] if words else known[0]
    if said not in known:
        raise CommandError(f"{said!r} is none of {', '.join(known)}", do="take one of them")
    return said
