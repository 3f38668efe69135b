"""Decoding and encoding times of this codec and of Josev's, in one run on one machine.

    python benchmarks/exi.py

Decoding goes from bytes to a message object, encoding back. Josev's codec is EXIficient behind py4j, JSON both ways;
`make peers` prepares it. Exit 1 if a goal is missed, 2 if the peer is not there.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from timeit import repeat

from harness.core.units import Amperes, Volts
from harness.messages.envelope import body_of, wrap
from harness.messages.field import Message
from harness.messages.iso2.codes import DcEvErrorCode
from harness.messages.iso2.dc import CurrentDemandReq
from harness.messages.iso2.physical import amperes, volts
from harness.messages.iso2.types import DcEvStatus
from harness.messages.iso20 import common, dc
from harness.messages.iso20.types import MessageHeader
from harness.messages.registry import schema_of
from harness.messages.schema import codec
from harness.messages.xmldsig import (
    CanonicalizationMethod,
    DigestMethod,
    Reference,
    Signature,
    SignatureMethod,
    SignatureValue,
    SignedInfo,
    Transform,
    Transforms,
)

RATIO_GOAL = 700
MICROSECONDS_GOAL, PEER_MICROSECONDS = 15.0, 11_000.0
"""The goal of the charge loop, and what the peer takes on the machine for which it was set."""
ROUNDS, CALLS = 25, 2000
ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / ".peers" / "josev" / "bin" / "python"
CANONICAL_EXI = "http://www.w3.org/TR/canonical-exi/"
SESSION = bytes.fromhex("B8CD3A97F11AE651")


def charge_loop() -> Message:
    return dc.DcChargeLoopReq(
        header=MessageHeader(session_id=SESSION, time_stamp=1_760_000_000),
        meter_info_requested=True,
        ev_present_voltage=Volts.of(401.5),
        control_mode=dc.ScheduledDcClReqControlMode(
            ev_target_current=Amperes.of(124.8), ev_target_voltage=Volts.of(415)
        ),
    )


def current_demand() -> Message:
    """The charge loop of ISO 15118-2."""
    body = CurrentDemandReq(
        dc_ev_status=DcEvStatus(ev_ready=True, ev_error_code=DcEvErrorCode.NO_ERROR, ev_ress_soc=55),
        ev_target_current=amperes(124.8),
        ev_maximum_voltage_limit=volts(450),
        ev_maximum_current_limit=amperes(200),
        charging_complete=False,
        ev_target_voltage=volts(415),
    )
    return wrap(body, SESSION)


def authorization() -> Message:
    """Plug and Charge: signed, with a contract certificate and two above it, each of 800 bytes."""
    reference = Reference(
        uri="#id1",
        transforms=Transforms(transform=(Transform(algorithm=CANONICAL_EXI),)),
        digest_method=DigestMethod(algorithm="http://www.w3.org/2001/04/xmlenc#sha512"),
        digest_value=bytes(range(64)),
    )
    signature = Signature(
        signed_info=SignedInfo(
            canonicalization_method=CanonicalizationMethod(algorithm=CANONICAL_EXI),
            signature_method=SignatureMethod(algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"),
            reference=(reference,),
        ),
        signature_value=SignatureValue(value=bytes(range(132))),
    )
    certificates = [bytes((seed * 31 + index * 7) % 256 for index in range(800)) for seed in range(3)]
    chain = common.ContractCertificateChain(
        certificate=certificates[0],
        sub_certificates=common.SubCertificates(certificate=tuple(certificates[1:])),
    )
    return common.AuthorizationReq(
        header=MessageHeader(session_id=SESSION, time_stamp=1_760_000_000, signature=signature),
        selected_authorization_service=common.Authorization.PNC,
        authorization_mode=common.PncAReqAuthorizationMode(
            id="id1", gen_challenge=bytes(range(16)), contract_certificate_chain=chain
        ),
    )


def main() -> int:
    messages = [charge_loop(), authorization(), current_demand()]
    streams = [codec(schema_of(message)).encode(message) for message in messages]
    ours = [_our_times(message, stream) for message, stream in zip(messages, streams, strict=True)]
    peers = _peer_times(messages, streams)
    print("times in microseconds, best of several rounds; ratio = Josev / ours")
    reached = True
    for index, message in enumerate(messages):
        title = f"{body_of(message).name} ({len(streams[index])} bytes)"
        for verb in ("decode", "encode"):
            mine = ours[index][verb] * 1e6
            if peers is None:
                print(f"{title:34} {verb}  ours {mine:7.2f}")
                continue
            theirs = peers[index][verb] * 1e6
            print(f"{title:34} {verb}  ours {mine:7.2f}   Josev {theirs:9.1f}   ratio {theirs / mine:7.0f}")
            reached &= theirs / mine >= RATIO_GOAL
            if index == 0:
                reached &= mine <= MICROSECONDS_GOAL * theirs / PEER_MICROSECONDS
    if peers is None:
        print(f"Josev is missing: there is no {PEER.relative_to(ROOT)}; `make peers` prepares it")
        return 2
    goal = f"at least {RATIO_GOAL} times faster, charge loop under 15 us where Josev takes 11 ms"
    print(f"goal {'reached' if reached else 'MISSED'}: {goal}")
    return 0 if reached else 1


def _our_times(message: Message, stream: bytes) -> dict[str, float]:
    ours = codec(schema_of(message))
    if ours.decode(stream) != message:
        raise SystemExit(f"{message.name} does not come back as it was")
    return {
        "decode": min(repeat(lambda: ours.decode(stream), number=CALLS, repeat=ROUNDS)) / CALLS,
        "encode": min(repeat(lambda: ours.encode(message), number=CALLS, repeat=ROUNDS)) / CALLS,
    }


def _peer_times(messages: list[Message], streams: list[bytes]) -> list[dict[str, float]] | None:
    if not PEER.exists():
        return None
    tasks = [
        json.dumps({"namespace": message.namespace, "exi": stream.hex()})
        for message, stream in zip(messages, streams, strict=True)
    ]
    done = subprocess.run(
        [str(PEER), str(ROOT / "benchmarks" / "josev_codec.py")],
        input="\n".join(tasks),
        capture_output=True,
        text=True,
        check=False,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if len(answers) != len(messages):
        raise SystemExit(f"Josev's codec did not answer; its last words: {done.stderr.strip()[-400:]}")
    if not all(answer["same"] for answer in answers):
        raise SystemExit("Josev's codec read our stream and wrote another")
    return answers


if __name__ == "__main__":
    sys.exit(main())
