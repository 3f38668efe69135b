"""The variables behind a station's network profiles and its password (SecurityCtrlr, OCPPCommCtrlr)."""

from __future__ import annotations

from harness.endpoints.station.ocpp.network import NetworkProfiles
from harness.endpoints.station.ocpp.variables import Key, Variable


def network_variables(network: NetworkProfiles) -> dict[Key, Variable]:
    """What a backend may read and write of them; the password it may only write."""
    return {
        ("SecurityCtrlr", "SecurityProfile", None): Variable(read=lambda: str(int(network.security))),
        ("SecurityCtrlr", "BasicAuthPassword", None): Variable(
            read=lambda: "", write=network.set_password, write_only=True
        ),
        ("OCPPCommCtrlr", "NetworkConfigurationPriority", None): Variable(
            read=lambda: ",".join(str(slot) for slot in network.priority), write=network.order
        ),
        ("OCPPCommCtrlr", "NetworkProfileConnectionAttempts", None): Variable(
            read=lambda: str(network.attempts), write=network.set_attempts
        ),
        ("OCPPCommCtrlr", "ActiveNetworkProfile", None): Variable(read=lambda: str(network.active)),
    }
