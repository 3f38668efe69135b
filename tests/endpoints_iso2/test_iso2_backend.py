"""EVs of the older protocols at a whole station with its backend: what reaches the backend of them."""

from __future__ import annotations

import asyncio
from random import Random  # noqa: TID251 - seeded
from typing import TYPE_CHECKING, Any

import pytest

from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.endpoints.ev.endpoint import EvEndpoint, Outcome
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.endpoint import StationEndpoint
from harness.endpoints.station.station import Station
from harness.messages import ocpp
from harness.security.authorization import common_name
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace
from harness.transports.clock import run, running_clock
from harness.transports.memory import MemoryNetwork
from harness.transports.tls.profile import STRICT_2
from tests.endpoints_iso2.conftest import AC, BOTH, DC, elder, small

if TYPE_CHECKING:
    from tests.endpoints_iso2.conftest import Papers

CHARGER = Station().set(services=(DC, AC), measurands=("Energy.Active.Import.Register", "SoC"), tx_updated_interval=2.0)


def meet(ev: Ev, station: Station) -> tuple[Outcome, Trace]:
    async def session() -> tuple[Outcome, Trace]:
        clock, recorder, network = running_clock(), Recorder(), MemoryNetwork("fe80::1%memory")
        csms = CsmsEndpoint(Csms(), network.at("fe80::3%memory"), clock, recorder, host="fe80::3%memory", observe=True)
        url = await csms.open()
        whole = StationEndpoint(
            station, network, clock, recorder, entropy=Random(1).randbytes, backend_url=url, observe_ocpp=False
        )
        await whole.open()
        tasks = [asyncio.ensure_future(each.run()) for each in (csms, whole)]
        await clock.wait_until(clock.now() + 2)
        outcome = await EvEndpoint(network.at("fe80::2%memory"), clock, recorder, observe=False).run(ev)
        await clock.wait_until(clock.now() + 5)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await whole.close()
        return outcome, recorder.trace()

    return run(session(), virtual=True)


def needs(trace: Trace) -> dict[str, Any]:
    return dict(trace.one(ocpp.NotifyEVChargingNeeds).payload["chargingNeeds"])


def sampled(trace: Trace, measurand: str) -> list[float]:
    found = []
    for event in trace.messages(ocpp.TransactionEvent):
        for value in event.get("meterValue", ()):
            found += [one["value"] for one in value["sampledValue"] if one.get("measurand") == measurand]
    return found


def assert_charged(trace: Trace, outcome: Outcome) -> None:
    assert (outcome.state, outcome.why) == ("finished", "")
    kinds = [event["eventType"] for event in trace.messages(ocpp.TransactionEvent)]
    assert (kinds[0], kinds[-1]) == ("Started", "Ended")
    energies = sampled(trace, "Energy.Active.Import.Register")
    assert energies == sorted(energies)
    assert energies[-1] > 20


def test_direct_current(papers: Papers) -> None:
    outcome, trace = meet(small(DC, loops=60), CHARGER.in_iso2())

    assert_charged(trace, outcome)
    told = needs(trace)
    assert told["requestedEnergyTransfer"] == "DC"
    assert told["dcChargingParameters"]["energyAmount"] == 24_000
    assert told["dcChargingParameters"]["stateOfCharge"] == 40
    assert 40 in sampled(trace, "SoC")


def test_alternating_current(papers: Papers) -> None:
    outcome, trace = meet(small(AC, loops=60), CHARGER.in_iso2())

    assert_charged(trace, outcome)
    assert needs(trace) == {
        "requestedEnergyTransfer": "AC_three_phase",
        "acChargingParameters": {"energyAmount": 24_000, "evMinCurrent": 6, "evMaxCurrent": 32, "evMaxVoltage": 230},
        "departureTime": needs(trace)["departureTime"],
    }


def test_din(papers: Papers) -> None:
    outcome, trace = meet(elder(loops=60), CHARGER.set(services=(DC,)).in_din())

    assert_charged(trace, outcome)
    assert needs(trace)["dcChargingParameters"]["evMaxCurrent"] == 100


@pytest.mark.parametrize("service", [AC, DC])
def test_account_of_a_contract_is_authorised_by_the_backend(papers: Papers, service: int) -> None:
    station = CHARGER.in_iso2(payments=BOTH).having(
        credentials=papers.pki.secc_chain(),
        provider=papers.provider(),
        tls_profile=STRICT_2,
        tls_check="accept",
        asks_certificate=False,
    )
    outcome, trace = meet(papers.ev(service, contract=papers.contract).having(loops=60), station)

    assert_charged(trace, outcome)
    asked = trace.one(ocpp.Authorize).payload["idToken"]
    assert asked == {"idToken": common_name(papers.contract.chain[0]), "type": "eMAID"}
