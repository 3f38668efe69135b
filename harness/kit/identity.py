"""The identifiers that devices tell, held against their form."""

from __future__ import annotations

from harness.pki.identifiers import evccid_check_problem, evccid_form_problem


def evccid_problem(evccid: str) -> tuple[str, str]:
    """What is wrong with the form of an EVCCID, and with its check digit; empty where nothing is."""
    return evccid_form_problem(evccid), evccid_check_problem(evccid)
