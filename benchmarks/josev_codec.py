"""Times Josev's EXI codec; runs under the interpreter of `.peers/josev`, never imported by the project.

Reads JSON lines {namespace, exi} and answers each with {decode, encode}: seconds a call, the best of several rounds
after a warm-up, with Java and its grammars loaded.
"""

import json
import os
import sys
import time

from iso15118.shared.exi_codec import EXI
from iso15118.shared.exificient_exi_codec import ExificientEXICodec
from iso15118.shared.settings import load_shared_settings

WARM_UP, ROUNDS, CALLS = 60, 6, 20


def best(call, *arguments):
    for _ in range(WARM_UP):
        call(*arguments)
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        for _ in range(CALLS):
            call(*arguments)
        times.append((time.perf_counter() - begin) / CALLS)
    return min(times)


def main():
    os.environ["MESSAGE_LOG_JSON"] = "false"  # logging is no part of the codec
    load_shared_settings()
    codec = EXI()
    codec.set_exi_codec(ExificientEXICodec())
    for line in sys.stdin:
        task = json.loads(line)
        stream, namespace = bytes.fromhex(task["exi"]), task["namespace"]
        message = codec.from_exi(stream, namespace)
        again = bytes(codec.to_exi(message, namespace))
        answer = {
            "same": again == stream,
            "decode": best(codec.from_exi, stream, namespace),
            "encode": best(codec.to_exi, message, namespace),
        }
        print(json.dumps(answer), flush=True)


main()
