"""Rules of reservations: what may be reserved, that it shows, and how it ends."""

from __future__ import annotations

from harness.checks.metering import instant
from harness.checks.ocpp_rules.availability import SOON
from harness.checks.ocpp_rules.chapter import Chapter, hold
from harness.checks.ocpp_rules.statuses import last_status, statuses
from harness.checks.ocpp_rules.talk import STATION, Exchange, Talk, having
from harness.checks.rule import Tally

RESERVATION = Chapter()

ABOUT = ("ReserveNow",)


def _ended(talk: Talk, one: Exchange) -> Exchange | None:
    """What ended a reservation: cancelled, told as over, or used by a transaction."""
    number = one.ask.get("id")

    def ends(each: Exchange) -> bool:
        done = each.action != "CancelReservation" or each.status == "Accepted"
        return done and each.ask.get("reservationId") == number

    return talk.after(one.call, "CancelReservation", "ReservationStatusUpdate", "TransactionEvent", where=ends)


@RESERVATION.rule("RULE-OCPP-RESERVE-ANSWER", "What is taken cannot be reserved", "H01.FR.01", about=ABOUT)
def answers(talk: Talk, tally: Tally) -> None:
    """At an EVSE whose connectors are all told to be Occupied, Faulted or Unavailable, the answer says that."""
    for one in talk.replied(*ABOUT, by=STATION):
        evse = one.ask.get("evseId")
        last = last_status(talk, one.call, evse) if evse is not None else set()
        if len(last) == 1 and last <= {"Occupied", "Faulted", "Unavailable"}:
            (status,) = last
            right = one.status in {status, "Rejected"}
            hold(tally, right, f"EVSE {evse} is {status}, the reservation was {one.status}", *one.said)
        elif last == {"Available"}:
            right = one.status in {"Accepted", "Rejected"}
            hold(tally, right, f"EVSE {evse} is Available, the reservation was {one.status}", *one.said)


@RESERVATION.rule("RULE-OCPP-RESERVED-SHOWN", "A reserved connector says so", "H01.FR.20", about=ABOUT)
def shown(talk: Talk, tally: Tally) -> None:
    """Behind an accepted reservation of an EVSE that was Available: Reserved, soon."""
    for one in talk.replied(*ABOUT, by=STATION):
        evse = one.ask.get("evseId")
        if one.status != "Accepted" or evse is None or last_status(talk, one.call, evse) != {"Available"}:
            continue
        told = [
            status for status in statuses(talk) if status.place[0] == evse and status.entry.number > one.call.number
        ]
        soon = any(status.value == "Reserved" and status.entry.at - one.done.at <= SOON for status in told)
        gone = _ended(talk, one)
        if soon or (talk.watched(one.done) > SOON and (gone is None or gone.call.at - one.done.at > SOON)):
            hold(tally, soon, f"EVSE {evse} was reserved and does not say so", *one.said)


@RESERVATION.rule(
    "RULE-OCPP-RESERVATION-EXPIRED", "A reservation that runs out is told as over", "H04.FR.01", about=ABOUT
)
def expired(talk: Talk, tally: Tally) -> None:
    """ReservationStatusUpdate Expired when expiryDateTime has passed, and not before."""
    for one in talk.replied(*ABOUT, by=STATION):
        until = instant(one.ask.get("expiryDateTime"))
        if one.status != "Accepted" or until is None:
            continue
        end = _ended(talk, one)
        if end is not None and end.ask.get("reservationUpdateStatus") == "Expired" and talk.mine(end.call):
            hold(
                tally,
                end.call.at >= until - 10.0,
                f"told as expired {until - end.call.at:.0f} s early",
                one.call,
                end.call,
            )
        elif end is None and talk.until > until + 60.0 and one.done.at + talk.watched(one.done) > until + 60.0:
            replaced = talk.after(one.call, *ABOUT, where=having(id=one.ask.get("id")))
            hold(tally, replaced is not None, "it has run out, and nobody was told", *one.said)


@RESERVATION.rule("RULE-OCPP-CANCEL", "A reservation is cancelled once", "H02.FR.01", about=("CancelReservation",))
def cancelled(talk: Talk, tally: Tally) -> None:
    """Accepted for one that stands, Rejected for one that was cancelled or told as over."""
    for one in talk.replied("CancelReservation", by=STATION):
        number = one.ask.get("reservationId")
        made = [each for each in talk.of("ReserveNow") if each.ask.get("id") == number and each.status == "Accepted"]
        made = [each for each in made if each.done.number < one.call.number]
        if not made:
            continue
        end = _ended(talk, made[-1])
        over = end is not None and end.call.number < one.call.number
        until = instant(made[-1].ask.get("expiryDateTime"))
        if over:
            hold(
                tally,
                one.status == "Rejected",
                f"reservation {number} was over, cancelling was {one.status}",
                *one.said,
            )
        elif until is None or until > one.call.at + 5.0:
            hold(
                tally, one.status == "Accepted", f"reservation {number} stands, cancelling was {one.status}", *one.said
            )
