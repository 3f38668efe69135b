"""What an emulated station is, as one frozen value."""

from __future__ import annotations

from msgspec import Struct

from harness.endpoints.coils import GroundCoil
from harness.endpoints.station import ratings
from harness.endpoints.station.authorization_terms import AuthorizationTerms
from harness.endpoints.station.certificate_terms import CertificateTerms
from harness.endpoints.station.charging_terms import ChargingTerms
from harness.endpoints.station.device_terms import DeviceTerms
from harness.endpoints.station.iso2.terms import Iso2Terms
from harness.endpoints.station.meter_terms import MeterTerms
from harness.endpoints.station.planning import DriversNeeds, TupleTerms
from harness.endpoints.station.quantities import Token
from harness.endpoints.station.ratings import Mains, Ratings
from harness.endpoints.station.tariff import Tariff
from harness.endpoints.station.transaction_terms import TransactionTerms
from harness.endpoints.station.upkeep_terms import FirmwareTerms, LogTerms, MonitoringTerms
from harness.endpoints.station.value_added import INTERNET, PARKING_STATUS, ValueAdded
from harness.endpoints.variant import DYNAMIC as DYNAMIC
from harness.endpoints.variant import SCHEDULED as SCHEDULED
from harness.messages.iso20.energy import NAMESPACES, EnergyService


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
    power_ramp: float | None = None
    """EVSEPowerRampLimitation as it travels; None leaves it out."""
    ac: Ratings = ratings.AC
    """What the station can do where it charges with alternating current; the fields above are for direct current."""
    mains: Mains = Mains()
    mcs: Ratings = ratings.MCS
    """What it can do behind a connector of the megawatt system."""
    wpt: Ratings = ratings.WPT
    """What it can send to a coil, and the coil it does that with."""
    coil: GroundCoil = GroundCoil()
    device_rounds: int = 2
    """How often positioning and each movement of an automated connection device are answered with Ongoing."""
    emergency_shutdown: bool = False
    """What the state of a station with such a device says."""
    contactor_stuck: bool = False
    """The contactor of alternating current does not close."""

    services: tuple[int, ...] = (EnergyService.DC_BPT, EnergyService.DC)
    """Energy transfer services; of these the EV hears those of the protocol that it settled on."""
    control_modes: tuple[str, ...] = (SCHEDULED, DYNAMIC)
    mobility_needs_modes: tuple[int, ...] = (1, 2)
    """Values of MobilityNeedsMode; 2 (the station knows the needs) goes with Dynamic control mode only."""
    pricings: tuple[int, ...] = (0, 1, 2)
    """Values of Pricing: none, absolute prices, price levels."""
    ac_connectors: tuple[int, ...] = (2, 1)
    """Values of Connector, three phases and one; some stations and EVs call three phases 3."""
    dc_connectors: tuple[int, ...] = (2,)
    mcs_connectors: tuple[int, ...] = (1,)
    bpt_channels: tuple[int, ...] = (1,)
    generator_modes: tuple[int, ...] = (1,)
    islanding_detections: tuple[int, ...] = (1,)
    parameter_set_base: int = 1
    """Id of the first parameter set; some stations begin with 0."""
    protocols: tuple[str, ...] = tuple(NAMESPACES.values())
    """Namespaces that the station speaks: ISO 15118-20 over TLS 1.3 only, ISO 15118-2 over TLS or without, DIN SPEC
    70121 without. Of ISO 15118-20 those count that a service needs."""
    iso2: Iso2Terms = Iso2Terms()
    """How it goes about ISO 15118-2 and DIN SPEC 70121."""
    allow_plain_tcp: bool = False
    price_levels: bool = False
    """One price level beside each power schedule; the schema asks for none, some EVs break off without."""
    meter_info: bool = True
    """Tell what the meter reads when asked; some stations never do."""
    export_register: bool = True
    """MeterInfo tells the energy that came from the EV; some EVs break off on it."""

    authorization_services: tuple[str, ...] = ("eim",)
    """Ways of authorization on offer, the best first: `eim`, external identification means, and `pnc`, Plug and Charge,
    which is left out where there is no TLS."""
    certificate_installation: bool = False
    """Hands out contract certificates, where Plug and Charge is on offer."""
    installation_rounds: int = 0
    """How often CertificateInstallation is answered with Ongoing."""
    emsp_ids: tuple[str, ...] = ()
    """Providers whose contracts are taken (SupportedProviders); empty: no word of it, and all."""

    certificates: CertificateTerms = CertificateTerms()
    """How it goes about certificates over OCPP, and who hands out contracts."""

    token: Token | None = Token(id_token="0123456789ABCD")  # noqa: S106 - no password
    """What a driver holds to the reader once the EV waits for authorisation; None: nobody does."""
    authorisation_delay: float = 1.0
    """From the EV's first question until the token is presented."""
    backend: bool = True
    """False: no backend; tokens are accepted on the spot."""

    site_plan: tuple[tuple[float, float], ...] = ()
    """Setpoints of the site: (s since energy start, W); negative: from the EV. Empty: all that the limits allow."""
    grid_limits: tuple[tuple[float, float], ...] = ()
    """Bounds of the site in either direction: (s since the EV was plugged in, W). Empty: none beside the ratings."""
    schedule_tuples: tuple[TupleTerms, ...] = (TupleTerms(),)
    """The schedules that a Scheduled EV may choose from, three at most."""
    power_tolerance: float | None = None
    """W by which the EV may leave its profile, which it is asked to confirm; None: no word of it."""
    tolerance_required: bool = False
    """An EV that does not confirm the tolerance gets no power."""
    profile_tolerance: float = 500.0
    """W by which the EV may leave its profile before it is warned, where no tolerance was agreed."""
    violation_ends_session: bool = False
    """An EV that leaves its profile is not warned but turned away (V2G20-1864)."""
    tariff: Tariff = Tariff()
    drivers_needs: DriversNeeds = DriversNeeds()
    """What the station knows of the driver's needs, for MobilityNeedsMode 2."""
    notification_plan: tuple[tuple[float, str], ...] = ()
    """What the station asks the EV for by itself: (s since energy start, one of `announcements.ANNOUNCEMENTS`)."""
    notification_delay: int = 60
    """NotificationMaxDelay when something is asked for first; it becomes less from then on (V2G20-1850, V2G20-3318)."""
    go_to_pause: bool = False
    """Ask for a pause instead of power as soon as a schedule is settled, once in a session."""
    standby: bool = True
    """The EV may stand by."""
    schedule_renegotiation: bool = True
    """The EV may have another schedule while energy flows."""
    renegotiates_limits: bool = False
    """Ask a Scheduled EV to settle another schedule when the backend's limits change while energy flows."""
    service_renegotiation: bool = True
    """The EV may choose services anew in the same session (V2G20-1931)."""
    value_added_services: tuple[ValueAdded, ...] = (INTERNET, PARKING_STATUS)
    """What is offered beside the transfer of energy."""
    check_out_rounds: int = 1
    """How often VehicleCheckOut is answered with Scheduled."""

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
    transactions: TransactionTerms = TransactionTerms()
    metering: MeterTerms = MeterTerms()
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
    device: DeviceTerms = DeviceTerms()
    charging: ChargingTerms = ChargingTerms()
    """What it makes of charging profiles."""
    authorization: AuthorizationTerms = AuthorizationTerms()
    """How it decides on tokens by itself."""
    status_by_events: bool = False
    """The state of the connector is told by NotifyEvent instead of StatusNotification."""
    ev_connection_timeout: float = 120.0
    firmware_terms: FirmwareTerms = FirmwareTerms()
    logs: LogTerms = LogTerms()
    monitoring: MonitoringTerms = MonitoringTerms()
