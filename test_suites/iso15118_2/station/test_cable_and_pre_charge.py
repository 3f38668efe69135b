"""CableCheck and PreCharge of ISO 15118-2: what comes before direct current flows."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, answered, case
from harness.kit.older import on_iso2
from harness.messages.iso2.codes import EvseProcessing, IsolationLevel, ResponseCode
from harness.messages.iso2.dc import CableCheckRes, PreChargeReq, PreChargeRes

DC = (Feature.ISO2, Feature.ISO2_DC)
FINISHED = EvseProcessing.FINISHED
CABLE_LIMIT, PRE_CHARGE_LIMIT = 40.0, 7.0
"""Seconds that an EV waits for either (Table 109)."""
TOLERANCE = 20.0
"""Volts between battery and outlet at which an EV closes its contactors."""
CABLE_CHECKED = answered(CableCheckRes, evse_processing=FINISHED)


@case(
    "ISO2-STN-CBL-001",
    "A sound cable is found sound within 40 s",
    sut=Role.STATION,
    cites=("V2G2-583", "ISO 15118-2, Table 109"),
    needs=DC,
)
async def test_cable_is_checked(bench: Bench, judge: Judge) -> None:
    """The EV asks again while the check goes on, without a time limit of its own."""
    trace = await bench.run(on_iso2(bench.ev).having(patient=True), until=CABLE_CHECKED, limit=CABLE_LIMIT + 60.0)

    first, last = trace.first(CableCheckRes), trace.last(CableCheckRes)
    judge.equal("processing at last", last.message.evse_processing, FINISHED, at=last)
    judge.equal("response code", last.message.response_code, ResponseCode.OK, at=last)
    judge.between("seconds until then", last.at - first.at, 0.0, CABLE_LIMIT, unit="s", at=(first, last))


@case(
    "ISO2-STN-CBL-002",
    "The result of the cable check is told with its end",
    sut=Role.STATION,
    cites=("V2G2-585", "V2G2-727"),
    needs=DC,
    control="ISO2-STN-CBL-001",
)
async def test_isolation_is_told(bench: Bench, judge: Judge) -> None:
    """EVSEIsolationStatus may be left out by the schema; who tells it must not tell Invalid or Fault beside OK."""
    trace = await bench.run(on_iso2(bench.ev), until=CABLE_CHECKED)

    last = trace.last(CableCheckRes)
    status = last.message.dc_evse_status.evse_isolation_status
    good = {None, IsolationLevel.VALID, IsolationLevel.WARNING, IsolationLevel.NO_IMD}
    judge.among("isolation beside Finished", status, good, at=last)
    if status is None:
        judge.notice("isolation", "EVSEIsolationStatus is left out; there are EVs that stop then", at=last)


@case(
    "ISO2-STN-PRE-001",
    "Pre-charge brings the outlet to the battery's voltage within 7 s",
    sut=Role.STATION,
    cites=("V2G2-586", "ISO 15118-2, Table 109"),
    needs=DC,
)
async def test_pre_charge_reaches_the_voltage(bench: Bench, judge: Judge) -> None:
    """The EV asks for its battery's voltage again and again, as long as that takes."""
    ev = on_iso2(bench.ev).having(patient=True)

    trace = await bench.run(ev, limit=120.0)

    asked, told = trace.first(PreChargeReq), trace.last(PreChargeRes)
    wanted, got = float(asked.message.ev_target_voltage), float(told.message.evse_present_voltage)
    tolerance = max(TOLERANCE, ev.voltage_tolerance)
    judge.between("voltage at last", got, wanted - tolerance, wanted + tolerance, unit="V", at=(asked, told))
    judge.between("seconds until then", told.at - asked.at, 0.0, PRE_CHARGE_LIMIT, unit="s", at=(asked, told))
    codes = trace.all(PreChargeRes)
    judge.every("response code OK", codes, lambda one: one.message.response_code is ResponseCode.OK, "another code")
