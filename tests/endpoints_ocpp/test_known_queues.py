"""What a backend keeps of a station's queue."""

from __future__ import annotations

from harness.endpoints.csms.known import Known
from harness.messages.ocpp import GetTransactionStatus


def test_the_latest_word_on_each_queue_counts() -> None:
    known = Known("CP")
    for call, queued in ((GetTransactionStatus(transactionId="t"), True), (GetTransactionStatus(), False)):
        known.learn_answer(call, call.answered(messagesInQueue=not queued))
        known.learn_answer(call, call.answered(messagesInQueue=queued))

    assert known.queues == {"t": {"messagesInQueue": True}, "": {"messagesInQueue": False}}
