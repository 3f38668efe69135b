"""Operations by commands: the device profile names a program for each."""

from __future__ import annotations

import asyncio
import json
import re
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from harness.endpoints.sut.means import Declined, Errand

_PLACE = re.compile(r"\{(\w+)\}")
_LONGEST = 300
"""Characters of a program's last line that are told."""


class CommandLine:
    """Runs a program for each operation that has one."""

    name = "the command line"

    def __init__(self, commands: Mapping[str, Sequence[str]], *, within: float = 60.0) -> None:
        """Prepare.

        Args:
            commands: by name of the operation: program and arguments; `{evse_id}` stands for that argument of the
                operation, `{run}`, `{step}` and `{instruction}` for what they say.
            within: seconds that it may take.
        """
        self._commands, self._within = commands, within

    async def do(self, errand: Errand) -> str:
        """Run the program; that it ends with 0 says that the thing is done.

        Raises:
            Declined: there is no command, or it did not end so.
        """
        wanted = errand.operation.name
        if wanted not in self._commands:
            raise Declined(f"has no command for {wanted}")
        command = filled(self._commands[wanted], errand)
        try:
            process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT)
        except OSError as problem:
            raise Declined(f"cannot start {command[0]}: {problem.strerror}") from problem
        return await self._ended(process, command[0])

    async def _ended(self, process: Process, program: str) -> str:
        try:
            async with asyncio.timeout(self._within):
                output, _ = await process.communicate()
        except TimeoutError:
            raise Declined(f"started {program}, which did not end within {self._within:g} s") from None
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
        last = lines[-1][:_LONGEST] if lines else ""
        if process.returncode:
            raise Declined(f"started {program}, which ended with {process.returncode}{': ' + last if last else ''}")
        return last


def filled(command: Sequence[str], errand: Errand) -> list[str]:
    """A command with the values of an operation in their places; what is no text is written as JSON.

    Raises:
        Declined: it wants a value that the operation does not have.
    """
    told = errand.fields()
    values: dict[str, Any] = {**told["arguments"], **{name: told[name] for name in ("run", "step", "instruction")}}

    def value(place: re.Match[str]) -> str:
        name = place.group(1)
        if name not in values:
            known = ", ".join(values)
            raise Declined(f"wants {{{name}}} for {errand.operation.name}, which has {known}")
        found = values[name]
        return found if isinstance(found, str) else json.dumps(found)

    return [_PLACE.sub(value, part) for part in command]
