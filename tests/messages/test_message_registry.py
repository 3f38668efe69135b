"""The registry lists what the schemas list, and pairs what belongs together."""

from __future__ import annotations

import pytest

from harness.core.errors import UserError
from harness.messages import registry
from harness.messages.iso20.acdp import AcdpSystemStatusReq
from harness.messages.iso20.common import (
    MeteringConfirmationReq,
    ScheduleExchangeReq,
    SessionSetupReq,
    SessionSetupRes,
    SignedInstallationData,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.types import MessageHeader, RationalNumber
from harness.messages.sap import SupportedAppProtocolReq, SupportedAppProtocolRes
from harness.messages.xmldsig import DigestValue, SignedInfo

ROOTS = {"sap": 2, "common": 54, "ac": 42, "dc": 48, "acdp": 34, "wpt": 38, "xmldsig": 24, "iso2": 80, "din": 81}
NAMES = {"sap": 9, "common": 281, "ac": 154, "dc": 149, "acdp": 129, "wpt": 193, "xmldsig": 45, "iso2": 243, "din": 245}


@pytest.mark.parametrize("key", registry.SCHEMA_KEYS)
def test_every_schema_has_as_many_elements_as_the_official_one(key: str) -> None:
    found = registry.schema(key)
    assert len(found.roots) == ROOTS[key]
    assert len(found.names) == NAMES[key]


@pytest.mark.parametrize("key", registry.SCHEMA_KEYS)
def test_lists_are_sorted_and_free_of_doubles(key: str) -> None:
    for entries in (registry.schema(key).roots, registry.schema(key).names):
        names = [(entry.name, entry.namespace) for entry in entries]
        assert names == sorted(set(names))


@pytest.mark.parametrize("key", registry.SCHEMA_KEYS)
def test_every_root_has_a_class_and_is_among_the_names(key: str) -> None:
    found = registry.schema(key)
    assert len(found.classes()) == len(found.roots)
    assert set(found.roots) <= set(found.names)


def test_names_tell_the_class_where_there_is_one() -> None:
    names = {entry.name: entry.kind for entry in registry.schema("common").names}
    assert names["DigestValue"] is DigestValue
    assert names["EVTargetEnergyRequest"] is RationalNumber
    assert names["PnC_AReqAuthorizationMode"] is not None
    assert names["ServiceID"] is None


def test_an_unknown_schema_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="acdp"):
        registry.schema("iso3")


def test_a_message_knows_its_schema_and_stream(loop_request: DcChargeLoopReq) -> None:
    assert registry.schema_of(loop_request) == "dc"
    assert registry.schema_of(SignedInfo) == "xmldsig"
    assert registry.payload_type_of(loop_request) == 0x8004
    assert registry.payload_type_of(SupportedAppProtocolReq) == 0x8001
    assert registry.payload_type_of(ScheduleExchangeReq) == 0x8002
    assert registry.payload_type_of(MeteringConfirmationReq) == 0x8102
    assert registry.payload_type_of(AcdpSystemStatusReq) == 0x8103
    for kind, stream in registry.SIDE_STREAMS.items():
        assert registry.PAYLOAD_TYPES[stream] == registry.schema_of(kind)


def test_parts_travel_with_nobody() -> None:
    with pytest.raises(UserError, match="MessageHeader"):
        registry.schema_of(MessageHeader)
    with pytest.raises(UserError, match="SignedInfo"):
        registry.payload_type_of(SignedInfo)


def test_requests_and_responses_find_each_other(loop_request: DcChargeLoopReq) -> None:
    assert registry.response_of(SessionSetupReq) is SessionSetupRes
    assert registry.request_of(SessionSetupRes) is SessionSetupReq
    assert registry.response_of(loop_request) is DcChargeLoopRes
    assert registry.response_of(SupportedAppProtocolReq) is SupportedAppProtocolRes
    assert registry.is_request(loop_request)
    assert registry.is_response(SupportedAppProtocolRes)
    assert not registry.is_request(SessionSetupRes)
    assert not registry.is_response(SignedInstallationData)


def test_what_has_no_counterpart_says_so() -> None:
    with pytest.raises(UserError, match="SessionSetupRes"):
        registry.response_of(SessionSetupRes)
    with pytest.raises(UserError, match="SignedInstallationData"):
        registry.request_of(SignedInstallationData)


def test_all_requests_have_their_response() -> None:
    requests = {entry.kind for key in registry.SCHEMA_KEYS for entry in registry.schema(key).roots}
    named = {kind for kind in requests if kind is not None and kind.name.endswith("Req")}
    assert len(named) == 1 + 13 + 2 + 5 + 4 + 6 + 17 + 17
    assert all(registry.is_request(kind) for kind in named)
