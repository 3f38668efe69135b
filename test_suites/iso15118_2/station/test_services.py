"""ServiceDiscovery and ServiceDetail of ISO 15118-2."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, answered, case, unoffered
from harness.kit.older import on_iso2
from harness.messages.iso2.codes import PaymentOption, ResponseCode, ServiceCategory
from harness.messages.iso2.service import (
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
)

OK = ResponseCode.OK
CHARGING = 1
"""Id of the charging service (Table 105)."""
DISCOVERED, DETAILED = answered(ServiceDiscoveryRes), answered(ServiceDetailRes)


@case(
    "ISO2-STN-SVC-001",
    "Every EV is offered the charging service, in the ways that the station has",
    sut=Role.STATION,
    cites=("V2G2-544", "ISO 15118-2, Table 105"),
    needs=Feature.ISO2,
)
async def test_charging_is_offered(bench: Bench, judge: Judge) -> None:
    """An EV asks what there is, without naming a scope or a category."""
    trace = await bench.run(on_iso2(bench.ev), until=DISCOVERED)

    reply = judge.coded(trace, trace.first(ServiceDiscoveryReq), ServiceDiscoveryRes, OK)
    if reply:
        offered = reply.message.charge_service
        judge.equal("category", offered.service_category, ServiceCategory.EV_CHARGING, at=reply)
        modes = [str(mode) for mode in offered.supported_energy_transfer_mode.energy_transfer_mode]
        for feature, kind in ((Feature.ISO2_AC, "AC"), (Feature.ISO2_DC, "DC")):
            found = any(mode.startswith(kind) for mode in modes)
            told = f"the profile says {bench.device.offers(feature)}, the station offers {', '.join(modes)}"
            judge.holds(f"{kind} on offer", found is bench.device.offers(feature), told, at=reply)


@case(
    "ISO2-STN-SVC-002",
    "Without TLS no contract may pay",
    sut=Role.STATION,
    cites=("V2G2-633", "V2G2-634", "V2G2-828"),
    needs=Feature.ISO2,
)
async def test_no_contract_without_tls(bench: Bench, judge: Judge) -> None:
    """The EV connects without TLS; certificates are no service there either."""
    trace = await bench.run(on_iso2(bench.ev).having(tls=False), until=DISCOVERED)

    reply = trace.first(ServiceDiscoveryRes)
    options = reply.message.payment_option_list.payment_option
    judge.excludes("payment options", PaymentOption.CONTRACT, options, at=reply)
    beside = reply.message.service_list.service if reply.message.service_list else ()
    categories = {one.service_category for one in beside}
    judge.excludes("services", ServiceCategory.CONTRACT_CERTIFICATE, categories, at=reply)


@case(
    "ISO2-STN-SVC-003",
    "Details of a service that was not offered are refused with FAILED_ServiceIDInvalid",
    sut=Role.STATION,
    cites=("V2G2-425", "V2G2-464"),
    needs=Feature.ISO2,
    control="ISO2-STN-SVC-001",
)
async def test_details_of_an_unoffered_service(bench: Bench, judge: Judge) -> None:
    """The EV asks about an id that the station did not name."""
    strange = on_iso2(bench.ev, details_of=(CHARGING,)).answering(ServiceDetailReq, lambda heard, _: _unoffered(heard))

    trace = await bench.run(strange, until=DETAILED)

    asked = trace.first(ServiceDetailReq)
    judge.coded(trace, asked, ServiceDetailRes, ResponseCode.FAILED_SERVICE_ID_INVALID)


@case(
    "ISO2-STN-SVC-004",
    "Details of an offered service are told under its id",
    sut=Role.STATION,
    cites=("V2G2-422", "V2G2-547"),
    needs=Feature.ISO2,
    control="ISO2-STN-SVC-001",
)
async def test_details_of_an_offered_service(bench: Bench, judge: Judge) -> None:
    """The EV asks about the first value-added service; where there is none, about charging, which has no parameters."""
    asking = on_iso2(bench.ev, details_of=(CHARGING,)).answering(ServiceDetailReq, lambda heard, _: _offered(heard))

    trace = await bench.run(asking, until=DETAILED)

    asked = trace.first(ServiceDetailReq)
    reply = judge.coded(trace, asked, ServiceDetailRes, OK)
    if reply:
        judge.equal("service id", reply.message.service_id, asked.message.service_id, at=(asked, reply))
        sets = reply.message.service_parameter_list
        ids = [one.parameter_set_id for one in sets.parameter_set] if sets else []
        judge.equal("ids of parameter sets that come twice", len(ids) - len(set(ids)), 0, at=reply)


@case(
    "ISO2-STN-SVC-005",
    "An EV that names a category hears of no services of another one",
    sut=Role.STATION,
    cites=("V2G2-193", "V2G2-544"),
    needs=Feature.ISO2,
    control="ISO2-STN-SVC-001",
)
async def test_category_narrows_the_list(bench: Bench, judge: Judge) -> None:
    """The EV asks for access to the Internet; a station may have none, and charging is told in any case."""
    ev = on_iso2(bench.ev).but(ServiceDiscoveryReq, service_category=ServiceCategory.INTERNET)

    trace = await bench.run(ev, until=DISCOVERED)

    reply = judge.coded(trace, trace.first(ServiceDiscoveryReq), ServiceDiscoveryRes, OK)
    if reply:
        beside = reply.message.service_list.service if reply.message.service_list else ()
        others = [one.service_id for one in beside if one.service_category is not ServiceCategory.INTERNET]
        judge.equal("services of another category", others, [], at=reply)


def _ids(heard: ServiceDiscoveryRes) -> list[int]:
    beside = heard.service_list.service if heard.service_list else ()
    return [*(one.service_id for one in beside), heard.charge_service.service_id]


def _unoffered(heard: ServiceDiscoveryRes) -> ServiceDetailReq:
    return ServiceDetailReq(service_id=unoffered(_ids(heard)))


def _offered(heard: ServiceDiscoveryRes) -> ServiceDetailReq:
    return ServiceDetailReq(service_id=_ids(heard)[0])
