"""A full PKI of ISO 15118-20 with OCPP's: how long it takes to make, beside one certificate of OpenSSL's command line.

    python benchmarks/pki.py

Keys, certificates, OCSP signers with a first response each; medians of CPU time, key generation included. The peer's
figure has the start of its process in it. Exit 1 if the goal is missed, 2 if there is no `openssl`.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from harness.pki.build import Pki
from harness.pki.ocsp import Delegation
from harness.pki.recipe import ChainKind, Profile

GOAL = 60.0
"""Milliseconds for the whole PKI on secp521r1."""

ROUNDS, PEER_ROUNDS = 20, 10
FEWEST = 20
AT = 1_767_225_600.0
TREES = (ChainKind.SECC, ChainKind.VEHICLE, ChainKind.CONTRACT)
"""One chain under each root of ISO 15118, whose OCSP signer is made too."""


def make(profile: Profile) -> int:
    """Everything once; the number of certificates that it comes to."""
    pki = Pki.generate(AT, profile=profile)
    made: set[bytes] = {*pki.v2g_roots, *pki.oem_roots, *pki.mo_roots, *pki.csms_roots}
    for kind in ChainKind:
        made.update(pki.chain(kind).chain)
    responses = {pki.ocsp(pki.chain(kind).chain[0], delegation=Delegation.ROOT) for kind in TREES}
    return len(made) + len(responses)


def milliseconds(what: Callable[[], object], rounds: int, clock: Callable[[], float]) -> float:
    """The median of several rounds."""
    taken = []
    for _ in range(rounds):
        begun = clock()
        what()
        taken.append(1e3 * (clock() - begun))
    return median(taken)


def ours(profile: Profile) -> tuple[float, int]:
    """CPU milliseconds for the whole PKI, and its certificates."""
    count = make(profile)
    cpu = milliseconds(lambda: make(profile), ROUNDS, process_time)
    wall = milliseconds(lambda: make(profile), ROUNDS, perf_counter)
    print(f"{profile.value}: {count} certificates in {cpu:.1f} ms of CPU time ({wall:.1f} ms on the wall)")
    return cpu, count


def peer(openssl: str) -> float:
    """CPU milliseconds of `openssl req` for one key on secp521r1 and its certificate."""
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = Path(folder) / "key.pem", Path(folder) / "certificate.pem"
        command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp521r1", "-nodes",
                   "-sha512", "-days", "60", "-subj", "/CN=TEST ONLY", "-keyout", key, "-out", certificate]  # fmt: skip

        def once() -> None:
            subprocess.run(command, check=True, capture_output=True)

        once()
        return milliseconds(once, PEER_ROUNDS, _children)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    cpu, count = ours(Profile.STRICT_20)
    ours(Profile.ED448)
    reached = cpu < GOAL and count > FEWEST
    print(f"goal {'reached' if reached else 'MISSED'}: more than {FEWEST} certificates on secp521r1 under {GOAL:g} ms")
    openssl = shutil.which("openssl")
    if openssl is None:
        print("no `openssl` to compare with")
        return 2
    one, each = peer(openssl), cpu / count
    print(
        f"openssl req, one key and certificate on secp521r1: {one:.1f} ms; ours {each:.2f} ms each: {one / each:.1f} x"
    )
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
