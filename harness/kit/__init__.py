"""All that a case may import."""

from msgspec.structs import replace

from harness.checks import availability, conversation, ocpp_links, tls
from harness.checks.consistency import cable_power
from harness.core.case import Kind, Role
from harness.core.feature import Feature
from harness.core.units import Amperes, Hertz, Rational, Seconds, Volts, WattHours, Watts
from harness.endpoints import operations as do
from harness.endpoints.behaviour import Hang, Say, SayRaw, Silence
from harness.endpoints.bending import replace_fields
from harness.faults.fault import delay, drop, flip, outage, prefix, raw, repeat, reset, split, swap, truncate
from harness.framing.sdp import SdpRequest, SdpResponse, Security, TransportProtocol
from harness.framing.v2gtp import Frame, PayloadType
from harness.kit import asks, backend_links, charging, ocpp_states, scene
from harness.kit.bench import Bench
from harness.kit.case import case
from harness.kit.contracts import SIGNATURE_FLAWS, by_contract
from harness.kit.detours import asking_for_every_service, unoffered
from harness.kit.discovery import datagrams, probing
from harness.kit.disturbing import RECOVERY, disturbance, disturbing, frame_of, lives_on, passes_over
from harness.kit.judge import Judge
from harness.kit.matrix import WITHOUT_A_SESSION, Cell, states_of, unforeseen, wrong_order, wrong_wish
from harness.kit.preamble import (
    asks_for,
    breaks_off,
    insists,
    later,
    leaves,
    oversleeps,
    says_nothing,
    stopping_in,
)
from harness.kit.reading import NO_SESSION, STRANGER, fell_silent, parameter, provoked
from harness.kit.root_names import issuers_of, key_digests_of, names_of
from harness.kit.securing import (
    ASKED,
    calling_in,
    flawed_ev,
    flawed_station,
    greasing,
    greeting,
    stapling,
)
from harness.kit.turning_off import Here, Turn
from harness.kit.until import answered, both, closed, either, finished, seen
from harness.kit.visits import PREVIOUS
from harness.pki.flaws import Flaw
from harness.pki.flaws.families import Family, family
from harness.pki.ocsp import Delegation, Status
from harness.pki.recipe import ChainKind
from harness.pki.recipe import Profile as ChainProfile
from harness.pki.variants import ChainVariant
from harness.security.contract_key import KeyFlaw
from harness.security.flaw import SignatureFlaw
from harness.sessions.v2g.state import State
from harness.trace.entry import Entry, LinkSeen, Note, Operation, Seen, TlsSeen
from harness.trace.trace import Trace
from harness.transports.tls.adversary import Adversary, AlertNow, HandshakeMessage
from harness.transports.tls.profile import LENIENT_20, TlsVersion

__all__ = [
    "ASKED",
    "LENIENT_20",
    "NO_SESSION",
    "PREVIOUS",
    "RECOVERY",
    "SIGNATURE_FLAWS",
    "STRANGER",
    "WITHOUT_A_SESSION",
    "Adversary",
    "AlertNow",
    "Amperes",
    "Bench",
    "Cell",
    "ChainKind",
    "ChainProfile",
    "ChainVariant",
    "Delegation",
    "Entry",
    "Family",
    "Feature",
    "Flaw",
    "Frame",
    "HandshakeMessage",
    "Hang",
    "Here",
    "Hertz",
    "Judge",
    "KeyFlaw",
    "Kind",
    "LinkSeen",
    "Note",
    "Operation",
    "PayloadType",
    "Rational",
    "Role",
    "Say",
    "SayRaw",
    "SdpRequest",
    "SdpResponse",
    "Seconds",
    "Security",
    "Seen",
    "SignatureFlaw",
    "Silence",
    "State",
    "Status",
    "TlsSeen",
    "TlsVersion",
    "Trace",
    "TransportProtocol",
    "Turn",
    "Volts",
    "WattHours",
    "Watts",
    "answered",
    "asking_for_every_service",
    "asks",
    "asks_for",
    "availability",
    "backend_links",
    "both",
    "breaks_off",
    "by_contract",
    "cable_power",
    "calling_in",
    "case",
    "charging",
    "closed",
    "conversation",
    "datagrams",
    "delay",
    "disturbance",
    "disturbing",
    "do",
    "drop",
    "either",
    "family",
    "fell_silent",
    "finished",
    "flawed_ev",
    "flawed_station",
    "flip",
    "frame_of",
    "greasing",
    "greeting",
    "insists",
    "issuers_of",
    "key_digests_of",
    "later",
    "leaves",
    "lives_on",
    "names_of",
    "ocpp_links",
    "ocpp_states",
    "outage",
    "oversleeps",
    "parameter",
    "passes_over",
    "prefix",
    "probing",
    "provoked",
    "raw",
    "repeat",
    "replace",
    "replace_fields",
    "reset",
    "says_nothing",
    "scene",
    "seen",
    "split",
    "stapling",
    "states_of",
    "stopping_in",
    "swap",
    "tls",
    "truncate",
    "unforeseen",
    "unoffered",
    "wrong_order",
    "wrong_wish",
]
