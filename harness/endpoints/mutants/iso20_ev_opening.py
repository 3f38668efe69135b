"""EVs with one fault each between the first byte and the choice of a service, and when they come back."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.ev.ev import ISO20_AC, ISO20_DC, Ev
from harness.endpoints.mutants import careless_ev_opening as careless
from harness.endpoints.mutants.careless_ev_search import GivesUpAtNonsense
from harness.endpoints.mutants.hearing import DeafAfterNonsense
from harness.endpoints.mutants.mutant import Mutant, series
from harness.framing.v2gtp import HEADER_SIZE, Frame, PayloadType
from harness.messages.field import Message
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    EimAReqAuthorizationMode,
    ServiceDetailReq,
    ServiceDiscoveryReq,
    ServiceSelectionReq,
)
from harness.sessions.v2g.wire import write

mutant = series(Ev, Role.EV, ids="ev-", cases="ISO20-EV-")

_TOO_OFTEN = 90
_NO_SET = 77
_LONG_AGO = 1_000_000


def mislabelled(_: Any, said: Message) -> bytes:
    """A common message as one of direct current."""
    return Frame(PayloadType.DC, write(said).data[HEADER_SIZE:]).encode()


def once_more(_: Any, said: ServiceDiscoveryReq) -> AuthorizationReq:
    """Another request for authorization."""
    return AuthorizationReq(
        header=said.header,
        selected_authorization_service=Authorization.EIM,
        authorization_mode=EimAReqAuthorizationMode(),
    )


_SEARCHING = (
    mutant("asks-without-tls", "looks for a station without TLS", ("SDP-001",), lambda good: good.having(tls=False)),
    mutant(
        "never-tires-of-asking",
        "goes on asking for a station beyond the fiftieth time",
        ("SDP-002",),
        lambda good: good.having(sdp_attempts=_TOO_OFTEN),
    ),
    mutant(
        "asks-hurriedly",
        "asks for a station ten times a second",
        ("SDP-002",),
        lambda good: good.having(sdp_retry=0.1),
    ),
    mutant(
        "asks-once",
        "asks for a station only once",
        ("SDP-002", "SDP-003", "SDP-004"),
        lambda good: good.having(sdp_attempts=1),
    ),
    mutant(
        "despairs-of-nonsense",
        "looks no further once an answer could not be used",
        ("SDP-004",),
        lambda good: good.having(search=GivesUpAtNonsense),
    ),
    mutant(
        "deaf-after-nonsense",
        "hears nothing more after a frame that it cannot read, and waits on",
        ("FRM-004",),
        lambda good: good.having(hears=DeafAfterNonsense(), patient=True),
    ),
    mutant(
        "mislabels-a-request",
        "sends a common message under the payload type of direct current",
        ("FRM-002",),
        lambda good: good.answering(ServiceDiscoveryReq, mislabelled),
    ),
)

_AGREEING = (
    mutant(
        "takes-any-schema",
        "speaks its first protocol, whichever the station chose",
        ("SAP-003",),
        lambda good: good.having(evcc=careless.TakesAnySchema),
    ),
    mutant(
        "takes-its-first-protocol",
        "offers several protocols and takes the first where none was named",
        ("SAP-006",),
        lambda good: good.having(protocols=(ISO20_DC, replace(ISO20_AC, priority=2)), evcc=careless.TakesAnySchema),
    ),
    mutant(
        "reads-no-refusal",
        "takes a refusal that names a SchemaID for an agreement",
        ("SAP-004",),
        lambda good: good.having(evcc=careless.ReadsNoRefusal),
    ),
    mutant(
        "knows-no-deviation",
        "leaves where the minor version differs",
        ("SAP-005",),
        lambda good: good.having(evcc=careless.KnowsNoDeviation),
    ),
    mutant(
        "misspells-itself",
        "tells an EVCCID of another form",
        ("SID-003",),
        lambda good: good.with_car(evcc_id="00:B0:52:00:00:01"),
    ),
    mutant(
        "joins-anything",
        "joins whatever session the station says it joined",
        ("SID-004", "RSM-003", "RSM-004"),
        lambda good: good.having(evcc=careless.JoinsAnything),
    ),
    mutant(
        "loses-the-time",
        "sends a time stamp of long ago in the middle of a session",
        ("SID-005",),
        lambda good: good.but(ServiceDiscoveryReq, header__time_stamp=_LONG_AGO),
    ),
)

_AUTHORIZING = (
    mutant(
        "mixes-authorizations",
        "selects Plug and Charge with the block of the other way",
        ("AUT-002",),
        lambda good: good.with_car(authorization="eim").but(
            AuthorizationReq, selected_authorization_service=Authorization.PNC
        ),
    ),
    mutant(
        "insists-on-eim",
        "asks for a way of authorization that was not offered",
        ("AUT-003",),
        lambda good: good.having(evcc=careless.InsistsOnEim),
    ),
    mutant(
        "hurries-the-customer",
        "gives a customer twenty seconds",
        ("AUT-004",),
        lambda good: good.having(evcc=careless.HurriesTheCustomer),
    ),
    mutant(
        "takes-warnings-for-ok",
        "charges though it was not authorized",
        ("AUT-005",),
        lambda good: good.having(evcc=careless.TakesWarningsForOk),
    ),
    mutant(
        "asks-once-more",
        "asks for authorization again when it has it",
        ("AUT-006",),
        lambda good: good.answering(ServiceDiscoveryReq, once_more, nth=1),
    ),
)

_CHOOSING = (
    mutant(
        "asks-for-the-unoffered",
        "asks for the details of a service that was not offered",
        ("SVC-002", "SVC-003"),
        lambda good: good.but(ServiceDetailReq, service_id=4),
    ),
    mutant(
        "fears-strangers",
        "breaks off at services and parameters that it does not know",
        ("SVC-003", "SVC-004"),
        lambda good: good.having(evcc=careless.FearsStrangers),
    ),
    mutant(
        "selects-a-set-of-its-own",
        "selects a parameter set that was not offered",
        ("SVC-005", "SVC-007", "SVC-008"),
        lambda good: good.but(ServiceSelectionReq, selected_energy_transfer_service__parameter_set_id=_NO_SET),
    ),
    mutant(
        "wants-what-it-wants",
        "asks for its own service, whatever is offered",
        ("SVC-006",),
        lambda good: good.having(evcc=careless.WantsWhatItWants),
    ),
    mutant(
        "reads-few-sets",
        "breaks off at many parameter sets",
        ("SVC-007", "FRM-005"),
        lambda good: good.having(evcc=careless.ReadsFewSets),
    ),
    mutant(
        "takes-any-detail",
        "takes the parameter sets of one service for those of another",
        ("SVC-009",),
        lambda good: good.having(evcc=careless.TakesAnyDetail),
    ),
)

_COMING_BACK = (
    mutant(
        "clings-to-its-session",
        "asks for its old session after the connection broke",
        ("LNK-001",),
        lambda good: good.having(comes_back_to="any"),
    ),
    mutant(
        "forgets-its-pause",
        "asks for a new session after a pause",
        ("RSM-001",),
        lambda good: good.having(comes_back_to="none"),
    ),
    mutant(
        "starts-nothing-over",
        "goes on as before in a session that is new",
        ("RSM-002",),
        lambda good: good.having(evcc=careless.StartsNothingOver),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*_SEARCHING, *_AGREEING, *_AUTHORIZING, *_CHOOSING, *_COMING_BACK)
