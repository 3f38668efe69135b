"""The EVSE itself: what its V2G half and its backend half both know, and how one tells the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from harness.endpoints.station import happenings as happen
from harness.endpoints.station.meter import Meter
from harness.endpoints.station.quantities import Display, Limits, Needs, PowerCap, Token
from harness.endpoints.station.settings import DC_BPT, StationSettings

NONE, PENDING, ACCEPTED, REJECTED = "none", "pending", "accepted", "rejected"
"""The states of an EVSE's authorisation."""

_DRAWS_NOTHING_AFTER = 10.0
"""Seconds without power, though some is offered, until the EV counts as suspending."""

_T = TypeVar("_T")

Listener = Callable[[happen.Happening], None]
Cap = Callable[[float], PowerCap | None]


class Plant:
    """One EVSE with its meter; holds no socket and reads no clock.

    The V2G half calls what the EV does, the backend half listens and sets authorisation, cap and notifications.
    """

    def __init__(self, settings: StationSettings, meter: Meter | None = None) -> None:
        """An EVSE with nothing plugged in."""
        self.settings = settings
        self.meter = meter or Meter()
        self.authorisation = NONE
        self.connected = False
        self.evcc_id: str | None = None
        self.service_id: int | None = None
        self.control_mode: str | None = None
        self.needs: Needs | None = None
        self.needs_at: float | None = None
        self.display: Display | None = None
        self.voltage = 0.0
        self.energy_since: float | None = None
        """When the power path closed; None: it is open."""
        self._paused = False
        self._asked: str | None = None
        self._zero_since: float | None = None
        self._cap: Cap | None = None
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call `listener` with everything that happens from now on."""
        self._listeners.append(listener)

    # At the plug and at the reader.

    def plugged(self, at: float) -> None:
        """The cable was plugged in."""
        if not self.connected:
            self.connected = True
            self._tell(happen.Plugged(at=at))

    def unplugged(self, at: float) -> None:
        """The cable was taken out; what the EV said is forgotten, and so is its authorisation."""
        if not self.connected:
            return
        self.energy_stopped(at)
        self.connected = False
        self._forget_session()
        self._tell(happen.Unplugged(at=at))
        self.authorise(NONE, at)

    def token_presented(self, token: Token, at: float) -> None:
        """A driver holds a token to the reader, to start or to stop."""
        self._tell(happen.TokenPresented(at=at, token=token))

    # What the V2G half hears.

    def ev_connected_hlc(self, evcc_id: str, at: float) -> None:
        """An EV opened or resumed a session."""
        self.plugged(at)
        self.evcc_id = evcc_id
        self._paused = False
        self._tell(happen.EvIdentified(at=at, evcc_id=evcc_id))

    def authorisation_wanted(self, at: float) -> None:
        """The EV asks whether it is authorised; only the first time counts."""
        if self.authorisation == NONE:
            self.authorise(PENDING, at)
            self._tell(happen.AuthorisationWanted(at=at))

    def service_selected(self, service_id: int, control_mode: str, at: float) -> None:
        """The EV selected an energy transfer service and a control mode."""
        self.service_id, self.control_mode = service_id, control_mode
        self._tell(happen.ServiceSelected(at=at, service_id=service_id, control_mode=control_mode))

    def needs_given(self, needs: Needs, at: float) -> None:
        """The EV said what it needs; saying the same again is no news."""
        if self.needs is None or self.needs_at is None or not needs.repeats(self.needs, at - self.needs_at):
            self.needs, self.needs_at = needs, at
            self._tell(happen.NeedsGiven(at=at, needs=needs))

    def display_given(self, display: Display, at: float) -> None:
        """The EV showed its state of charge and the like."""
        self.display = display
        self._tell(happen.DisplayGiven(at=at, display=display))

    def energy_started(self, at: float) -> None:
        """The power path is closed."""
        if self.energy_since is None:
            self.energy_since = at
            self._zero_since = None
            self.meter.advance(at, 0.0)
            self._tell(happen.EnergyStarted(at=at))

    def advance(self, at: float, voltage: float, current: float) -> None:
        """A cycle of the charge loop: V and A at the outlet, positive current towards the EV."""
        watts = voltage * current if self.energy_since is not None else 0.0
        self.voltage = voltage
        self.meter.advance(at, watts)
        if watts != 0 or self.setpoint(at) == 0:
            self._zero_since = None
        elif self._zero_since is None:
            self._zero_since = at
        self._tell(happen.Advanced(at=at))

    def energy_stopped(self, at: float) -> None:
        """The power path is open."""
        if self._open_path(at):
            self._tell(happen.EnergyStopped(at=at))

    def session_stopped(self, kind: str, at: float) -> None:
        """The EV ended its session: `terminate` or `pause`."""
        self.energy_stopped(at)
        self._paused = kind == "pause"
        self._asked = None
        self._tell(happen.SessionStopped(at=at, kind=kind))
        if not self._paused:
            self._forget_session()
            self.authorise(NONE, at)

    def link_lost(self, at: float) -> None:
        """The EV's connection broke without a farewell; no energy without communication."""
        opened = self._open_path(at)
        self._tell(happen.LinkLost(at=at))
        if opened:
            self._tell(happen.EnergyStopped(at=at))

    # What the backend half decides.

    def authorise(self, authorisation: str, at: float) -> None:
        """Set the authorisation: `none`, `pending`, `accepted` or `rejected`."""
        if authorisation != self.authorisation:
            self.authorisation = authorisation
            self._tell(happen.AuthorisationChanged(at=at, authorisation=authorisation))

    def cap_by(self, cap: Cap | None, at: float) -> None:
        """From now on `cap(at)` says what the backend allows at any moment; None: it says nothing."""
        self._cap = cap
        self._tell(happen.CapChanged(at=at))

    def ask(self, notification: str) -> None:
        """Ask the EV for something (`pause` or `terminate`) with the next answers."""
        self._asked = notification

    # What both read.

    def limits(self, at: float) -> Limits:
        """What the station allows at `at`: its ratings under the backend's cap.

        A cap above zero bounds charging only, OCPP 2.0.1 having no word for discharging; zero stops both directions.
        """
        ours = self.settings
        cap = self._cap(at) if self._cap else None
        suspended = cap is not None and cap.nothing
        watts = 0.0 if suspended else _least(ours.max_charge_power, cap.watts if cap else None)
        amperes = 0.0 if suspended else _least(ours.max_charge_current, cap.amperes if cap else None)
        return Limits(
            max_charge_power=watts,
            min_charge_power=min(ours.min_charge_power, watts),
            max_discharge_power=0.0 if suspended else ours.max_discharge_power,
            min_discharge_power=0.0 if suspended else ours.min_discharge_power,
            max_charge_current=amperes,
            max_discharge_current=0.0 if suspended else ours.max_discharge_current,
            max_voltage=ours.max_voltage,
            min_voltage=ours.min_voltage,
            suspended=suspended,
        )

    def setpoint(self, at: float) -> float:
        """Watts that the station wants to flow at `at` (negative: from the EV), within its limits and the EV's."""
        limits, needs = self.limits(at), self.needs or Needs()
        most = _least(limits.max_charge_power, needs.max_charge_power)
        if self.voltage > 0:
            most = min(most, _least(limits.max_charge_current, needs.max_charge_current) * self.voltage)
        least = -_least(limits.max_discharge_power, needs.max_discharge_power)
        if self.service_id != DC_BPT:
            least = 0.0
        wanted = self._planned(at, self.settings.site_plan)
        return most if wanted is None else max(least, min(most, wanted))

    def notification(self, at: float) -> str | None:
        """What to ask the EV for: None, `terminate` or `pause`."""
        return self._asked or self._planned(at, self.settings.notification_plan)

    def charging_state(self, at: float) -> str:
        """The chargingState of OCPP 2.0.1 (E01.FR.18)."""
        if not self.connected:
            return "Idle"
        if self._paused:
            return "SuspendedEV"
        if self.energy_since is None:
            return "EVConnected"
        if self.limits(at).suspended:
            return "SuspendedEVSE"
        if self._zero_since is not None and at - self._zero_since >= _DRAWS_NOTHING_AFTER:
            return "SuspendedEV"
        return "Charging"

    @property
    def paused(self) -> bool:
        """Whether the EV paused its session and may come back to it."""
        return self._paused

    @property
    def soc(self) -> float | None:
        """The state of charge in percent, as the EV said it last."""
        if self.display is not None and self.display.soc is not None:
            return self.display.soc
        return self.needs.soc if self.needs is not None else None

    def _open_path(self, at: float) -> bool:
        """Open the power path; whether it was closed."""
        closed = self.energy_since is not None
        if closed:
            self.meter.advance(at, 0.0)
        self.energy_since = None
        return closed

    def _planned(self, at: float, plan: tuple[tuple[float, _T], ...]) -> _T | None:
        if self.energy_since is None:
            return None
        elapsed = at - self.energy_since
        due = [value for start, value in plan if start <= elapsed]
        return due[-1] if due else None

    def _forget_session(self) -> None:
        self.evcc_id = self.service_id = self.control_mode = None
        self.needs = self.needs_at = self.display = None
        self.voltage = 0.0
        self._paused = False
        self._asked = None

    def _tell(self, happening: happen.Happening) -> None:
        for listener in tuple(self._listeners):
            listener(happening)


def _least(ours: float, theirs: float | None) -> float:
    return ours if theirs is None else min(ours, theirs)
