"""What a backend may change of a running station, beside what its settings fix."""

from __future__ import annotations

from harness.endpoints.station.authorization_terms import TokenRules
from harness.endpoints.station.meter_terms import MeterRules
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.station.transaction_terms import TransactionRules


class Tuning:
    """The values behind the writable variables of the device model."""

    def __init__(self, settings: StationSettings) -> None:
        """Begin with what the settings say."""
        self.heartbeat_interval = settings.heartbeat_interval
        self.offline_threshold = settings.offline_threshold
        self.tx_updated_interval = settings.tx_updated_interval
        self.tx_updated_measurands = settings.measurands
        self.authorize_remote_start = settings.authorize_remote_start
        self.ev_connection_timeout = settings.ev_connection_timeout
        self.signing_wait = settings.certificates.signing_wait
        self.signing_repeats = float(settings.certificates.signing_repeats)
        self.tokens = TokenRules(settings.authorization)
        self.metering = MeterRules(settings.metering, settings.measurands)
        self.transactions = TransactionRules(
            settings.transactions, start_points=settings.tx_start_points, stop_points=settings.tx_stop_points
        )
        self.message_attempts = float(settings.message_attempts)
        self.message_attempt_interval = settings.message_attempt_interval
        self.back_off_minimum = settings.back_off_minimum
        self.back_off_repeats = float(settings.back_off_repeats)
        self.back_off_range = 0.0
        """Bound of what is added by chance to each wait between connections (RetryBackOffRandomRange)."""
        self.ping_interval = 0.0
        """WebSocketPingInterval; counts from the next connection on."""
        self.reset_retries = float(settings.device.reset_retries)
        self.operative = True
        """False: the backend has taken the station out of service (G03, G04)."""
        self.clock_offset = 0.0
        """Seconds that the backend's clock is ahead of ours (B01.FR.06)."""
