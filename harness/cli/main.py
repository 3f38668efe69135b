"""`v2x`: run, plan, watch, emulate, rejudge, check, report, exi, pki; errors are sentences, exit codes are verdicts."""

from __future__ import annotations

import sys
import traceback

import typer

from harness.cli.emulate import emulate_app
from harness.cli.evidence import check, rejudge, report
from harness.cli.exi import exi_app
from harness.cli.pki.app import pki_app
from harness.cli.run import plan, run
from harness.cli.watch import watch
from harness.core.errors import HarnessError
from harness.store.run import HARNESS_FAILED

app = typer.Typer(
    name="v2x",
    help="Interoperability harness for bidirectional charging: ISO 15118-20 and OCPP 2.0.1.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(run)
app.command()(plan)
app.command()(watch)
app.command()(rejudge)
app.command()(check)
app.command()(report)
app.add_typer(emulate_app, name="emulate")
app.add_typer(exi_app, name="exi")
app.add_typer(pki_app, name="pki")


def main() -> None:
    """Run the command; whatever goes wrong in our own hands ends with 2, for 1 would accuse a device.

    What a user can put right is told in one sentence, anything else with where it happened.
    """
    try:
        app()
    except HarnessError as problem:
        typer.echo(f"v2x: {problem}", err=True)
        sys.exit(HARNESS_FAILED)
    except Exception:  # noqa: BLE001 - our bug is never their failure
        typer.echo(traceback.format_exc().rstrip(), err=True)
        typer.echo("v2x: the harness failed; this says nothing about the device", err=True)
        sys.exit(HARNESS_FAILED)


if __name__ == "__main__":
    main()
