"""What an emulated station is, as one frozen value."""

from __future__ import annotations

from msgspec import Struct

from harness.endpoints.station.quantities import Token

DC = 2
DC_BPT = 6
"""Service ids of ISO 15118-20, Table 204."""

SCHEDULED = "scheduled"
DYNAMIC = "dynamic"


class StationSettings(Struct, frozen=True, kw_only=True):
    """Identity, ratings and habits of one station with one EVSE; powers in W, currents in A, times in s."""

    station_id: str = "V2X-STATION-1"
    """Also the last part of the address at the backend, and the user name of Basic authentication."""
    evse_id: str = "CA*V2X*E0001"
    vendor: str = "V2X Harness"
    model: str = "Emulated DC"
    serial: str = "EMU-0001"
    firmware: str = "0.1.0"

    max_charge_power: float = 50_000.0
    min_charge_power: float = 0.0
    max_discharge_power: float = 50_000.0
    min_discharge_power: float = 0.0
    max_charge_current: float = 125.0
    min_charge_current: float = 0.0
    max_discharge_current: float = 125.0
    min_discharge_current: float = 0.0
    max_voltage: float = 920.0
    min_voltage: float = 150.0
    services: tuple[int, ...] = (DC_BPT, DC)
    control_modes: tuple[str, ...] = (SCHEDULED, DYNAMIC)
    allow_plain_tcp: bool = False
    price_levels: bool = False
    """One price level beside each power schedule; the schema asks for none, some EVs break off without."""
    export_register: bool = True
    """MeterInfo tells the energy that came from the EV; some EVs break off on it."""

    token: Token | None = Token(id_token="0123456789ABCD")  # noqa: S106 - no password
    """What a driver holds to the reader once the EV waits for authorisation; None: nobody does."""
    authorisation_delay: float = 1.0
    """From the EV's first question until the token is presented."""
    backend: bool = True
    """False: no backend; tokens are accepted on the spot."""

    site_plan: tuple[tuple[float, float], ...] = ()
    """Setpoints of the site: (s since energy start, W); negative: from the EV. Empty: all that the limits allow."""
    notification_plan: tuple[tuple[float, str], ...] = ()
    """What the station asks the EV for by itself: (s since energy start, `pause` or `terminate`)."""

    tx_updated_interval: float = 60.0
    """Seconds between periodic meter values in a transaction; 0: none."""
    measurands: tuple[str, ...] = (
        "Energy.Active.Import.Register",
        "Energy.Active.Export.Register",
        "Power.Active.Import",
        "Power.Active.Export",
        "SoC",
    )
    tx_start_points: tuple[str, ...] = ("EVConnected", "Authorized")
    tx_stop_points: tuple[str, ...] = ("EVConnected", "Authorized")
    offline_queue: bool = True
    heartbeat_interval: float = 300.0
    """Until the backend says another one."""
    message_timeout: float = 30.0
    message_attempts: int = 3
    message_attempt_interval: float = 5.0
    back_off_minimum: float = 2.0
    back_off_repeats: int = 4
    offline_threshold: float = 60.0
    """An outage longer than this makes the station report every connector again."""
    authorize_remote_start: bool = False
    ev_connection_timeout: float = 120.0
