"""The EVSE itself: what its V2G half and its backend half both know, and how one tells the other."""

from __future__ import annotations

from collections.abc import Callable

from harness.endpoints.phases import Powers, filled
from harness.endpoints.station import happenings as happen
from harness.endpoints.station.announcements import EXIT_STANDBY, PAUSE, SCHEDULE_RENEGOTIATION, Announcements
from harness.endpoints.station.bounds import least, limits_of, phase_caps
from harness.endpoints.station.certificate_store import CertificateStore
from harness.endpoints.station.contract_post import ContractPost, Letter
from harness.endpoints.station.meter import Meter
from harness.endpoints.station.quantities import Display, Limits, Needs, Outlet, PowerCap, Steering, Token
from harness.endpoints.station.settings import SCHEDULED, StationSettings
from harness.messages.iso20.energy import Flow, flow_of, is_bidirectional

NONE, PENDING, ACCEPTED, REJECTED = "none", "pending", "accepted", "rejected"
"""The states of an EVSE's authorisation."""

_DRAWS_NOTHING_AFTER = 10.0
"""Seconds without power, though some is offered, until the EV counts as suspending."""

_NOTHING = PowerCap(watts=0.0)

Listener = Callable[[happen.Happening], None]
Cap = Callable[[float], PowerCap | None]


Bounds = tuple[Outlet, PowerCap | None, float | None]
"""What limits depend on beside ratings: what is in use, the backend's bound, the site's (W)."""


class Plant:
    """One EVSE with its meter; holds no socket and reads no clock.

    The V2G half calls what the EV does, the backend half listens and sets authorisation, cap and notifications.
    """

    def __init__(
        self, settings: StationSettings, meter: Meter | None = None, certificates: CertificateStore | None = None
    ) -> None:
        """An EVSE with nothing plugged in."""
        self.settings = settings
        self.meter = meter or Meter()
        self.certificates = certificates or CertificateStore(settings.certificates)
        self.post = ContractPost()
        self.authorisation = NONE
        self.contract_status = ""
        """Why the backend would not have a contract (AuthorizeCertificateStatusEnumType)."""
        self.connected = False
        self.evcc_id: str | None = None
        self.service_id: int | None = None
        self.control_mode: str | None = None
        self.phases = settings.mains.phases
        """Phases of alternating current in use."""
        self.apart = False
        """The EV can load them unequally, so it is told of each (V2G20-1822)."""
        self.plugged_at: float | None = None
        self.needs: Needs | None = None
        self.needs_at: float | None = None
        self.display: Display | None = None
        self.voltage = 0.0
        self.energy_since: float | None = None
        """When the power path closed; None: it is open."""
        self._paused = False
        self.standing_by = False
        """The EV took its power down to nothing, for now."""
        self.announcements = Announcements(settings.notification_plan)
        self._held_to: float | None = None
        self._known: tuple[Bounds, Limits] | None = None
        """The limits told last, and what they came from: a charge loop asks twice in each cycle, and little changes."""
        self._zero_since: float | None = None
        self._barred = False
        self._cap: Cap | None = None
        self._steer: Callable[[float], Steering | None] = lambda _at: None
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call `listener` with everything that happens from now on."""
        self._listeners.append(listener)

    # At the plug and at the reader.

    def plugged(self, at: float) -> None:
        """The cable was plugged in."""
        if not self.connected:
            self.connected, self.plugged_at = True, at
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

    def contract_wanted(self, letter: Letter, at: float) -> None:
        """The EV asks for a contract that the backend is to give; only the first time counts."""
        if self.post.send(letter, at):
            self._tell(happen.ContractWanted(at=at, letter=letter))

    def service_selected(self, service_id: int, control_mode: str, at: float, *, phases: int | None = None) -> None:
        """The EV selected an energy transfer service and a control mode; with AC, behind so many phases."""
        self.service_id, self.control_mode = service_id, control_mode
        self.phases = min(phases or self.settings.mains.phases, self.settings.mains.phases)
        self.apart = False
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
        self.announcements.begin(at)
        self._leave_standby(at)
        if self.energy_since is None:
            self.energy_since = at
            self._zero_since = None
            self.meter.advance(at, 0.0)
            self._tell(happen.EnergyStarted(at=at))

    def advance(self, at: float, voltage: float, current: float) -> None:
        """A cycle of the charge loop: V and A at the outlet, positive current towards the EV."""
        self.voltage = voltage
        self.transferred(at, voltage * current)

    def transferred(self, at: float, power: float) -> None:
        """A cycle of the charge loop: W over all phases from now on, positive towards the EV."""
        watts = power if self.energy_since is not None else 0.0
        self.meter.advance(at, watts)
        if watts != 0 or self.setpoint(at) == 0:
            self._zero_since = None
        elif self._zero_since is None:
            self._zero_since = at
        self._tell(happen.Advanced(at=at))

    def stand_by(self, at: float) -> None:
        """The EV wants no power for a while, and stays."""
        self.announcements.begin(at)
        if not self.standing_by:
            self.standing_by = True
            self.meter.advance(at, 0.0)
            self._tell(happen.Advanced(at=at))

    def energy_stopped(self, at: float) -> None:
        """The power path is open."""
        self._leave_standby(at)
        if self._open_path(at):
            self._tell(happen.EnergyStopped(at=at))

    def session_stopped(self, kind: str, at: float) -> None:
        """The EV ended its session: `terminate` or `pause`."""
        self.energy_stopped(at)
        self._paused = kind == "pause"
        self.announcements.heeded(PAUSE, at)
        self.announcements.ask(None)
        self._tell(happen.SessionStopped(at=at, kind=kind))
        if not self._paused:
            self._forget_session()
            self.authorise(NONE, at)

    def link_lost(self, at: float) -> None:
        """The EV's connection broke without a farewell; no energy without communication."""
        opened = self._open_path(at)
        self.post.forget()
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
        flowing = self.energy_since is not None and self.control_mode == SCHEDULED
        if flowing and self.settings.renegotiates_limits:
            self.announcements.ask(SCHEDULE_RENEGOTIATION)
        self._tell(happen.CapChanged(at=at))

    def cap_passed(self, at: float) -> None:
        """What the backend allows changes now, as it was said before."""
        self._tell(happen.CapChanged(at=at))

    def hold_to(self, watts: float | None, at: float) -> None:
        """Somebody at the station lets no more than so many W flow, in either direction; None: no such bound."""
        self._held_to = watts
        self._tell(happen.CapChanged(at=at))

    def bar(self, at: float, *, shut: bool) -> None:
        """Let no energy flow whatever else is allowed, or again what is allowed."""
        if shut != self._barred:
            self._barred = shut
            self._tell(happen.CapChanged(at=at))

    def steer_by(self, steer: Callable[[float], Steering | None]) -> None:
        """From now on `steer(at)` says what the backend wants to flow; None: it leaves that to the site."""
        self._steer = steer

    def ask(self, notification: str) -> None:
        """Ask the EV for something (one of `announcements.ANNOUNCEMENTS`) with the next answers."""
        self.announcements.ask(notification)

    # What both read.

    def limits(self, at: float) -> Limits:
        """What the station allows at `at`, which may lie ahead: ratings under site's and backend's bounds."""
        cap = _NOTHING if self._barred else self._cap(at) if self._cap else None
        bounds = (self.outlet, cap, self._site_limit(at))
        if self._known is None or self._known[0] != bounds:
            self._known = (bounds, limits_of(self.settings, *bounds))
        return self._known[1]

    def rated(self) -> Limits:
        """What the station can do with nothing but its ratings to bind it."""
        return limits_of(self.settings, self.outlet, None, None)

    @property
    def outlet(self) -> Outlet:
        """What of the station is in use."""
        return Outlet(service_id=self.service_id, phases=self.phases, apart=self.apart)

    def by_phase(self, watts: float) -> Powers:
        """A power as the EV is told of it: in all, or phase by phase where it can load its phases unequally."""
        return filled(watts, phase_caps(self.settings, self.outlet)) if self.apart else (watts,)

    def setpoint(self, at: float) -> float:
        """Watts that the station wants to flow at `at` (negative: from the EV), within its limits and the EV's."""
        limits, needs = self.limits(at), self.needs or Needs()
        most = least(limits.max_charge_power, needs.max_charge_power)
        if self.voltage > 0 and flow_of(self.service_id) is not Flow.AC:
            most = min(most, least(limits.max_charge_current, needs.max_charge_current) * self.voltage)
        lowest = -least(limits.max_discharge_power, needs.max_discharge_power)
        if not is_bidirectional(self.service_id):
            lowest = 0.0
        wanted = None if self.energy_since is None else _due(self.settings.site_plan, at - self.energy_since)
        steered = self._steer(at)
        if steered is not None:
            wanted = steered.setpoint
            lowest = lowest if steered.lowest is None else max(lowest, steered.lowest)
        return most if wanted is None else max(lowest, min(most, wanted))

    def notification(self, at: float) -> str | None:
        """What to ask the EV for, one of `announcements.ANNOUNCEMENTS`; None: nothing."""
        announced = self.announcements
        idle = self.energy_since is None and not self.standing_by
        if (idle and announced.asked is None) or (announced.wish(at) == EXIT_STANDBY and not self.standing_by):
            return None
        return announced.wish(at)

    def charging_state(self, at: float) -> str:
        """The chargingState of OCPP 2.0.1 (E01.FR.18)."""
        if not self.connected:
            return "Idle"
        if self._paused:
            return "SuspendedEV"
        if self.energy_since is None:
            return "SuspendedEV" if self.standing_by else "EVConnected"
        if self.standing_by:
            return "SuspendedEV"
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

    def _leave_standby(self, at: float) -> None:
        if self.standing_by:
            self.standing_by = False
            self.announcements.heeded(EXIT_STANDBY, at)
            self._tell(happen.Advanced(at=at))

    def _open_path(self, at: float) -> bool:
        """Open the power path; whether it was closed."""
        closed = self.energy_since is not None
        if closed:
            self.meter.advance(at, 0.0)
        self.energy_since = None
        return closed

    def _site_limit(self, at: float) -> float | None:
        since = at if self.plugged_at is None else self.plugged_at
        bounds = (_due(self.settings.grid_limits, at - since), self._held_to)
        return min((watts for watts in bounds if watts is not None), default=None)

    def _forget_session(self) -> None:
        self.evcc_id = self.service_id = self.control_mode = None
        self.needs = self.needs_at = self.display = None
        self.voltage = 0.0
        self._paused = self.standing_by = False
        self.announcements.forget()
        self.post.forget()

    def _tell(self, happening: happen.Happening) -> None:
        for listener in tuple(self._listeners):
            listener(happening)


def _due(plan: tuple[tuple[float, float], ...], elapsed: float) -> float | None:
    """The latest entry of a plan whose time has come."""
    return next((value for start, value in reversed(plan) if start <= elapsed), None)
