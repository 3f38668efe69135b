"""Firmware as cases hand it out: made and signed for the run, rightly or not, or what a real station can install."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from msgspec import Struct, structs

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.endpoints.file_shelf import Item, Shelf
from harness.endpoints.ocpp_certificates import read_pem, write_pem
from harness.endpoints.station.ocpp.firmware_image import write_image
from harness.endpoints.station.upkeep_terms import FirmwareTerms
from harness.kit.bench import Bench
from harness.kit.filing import fetched, place
from harness.kit.parameters import Beside, settings_of
from harness.kit.scene import Making
from harness.messages.ocpp import FirmwareStatusNotification, OcppMessage, UpdateFirmware
from harness.messages.ocpp_time import parse_timestamp, timestamp
from harness.pki.build import Pki
from harness.pki.credentials import Credentials
from harness.pki.recipe import ChainKind, ExtendedUse, Subject
from harness.trace.entry import Entry
from harness.trace.trace import Trace

PATH, SLOW_PATH, MISSING_PATH = "/out/firmware.bin", "/out/slow.bin", "/out/missing.bin"
VERSION = "0.2.0"
"""What the firmware of the run calls itself."""
SLOW = 20.0
"""Seconds within the transfer from the slow path."""
REQUEST_ID = 4711
FAILURES = ("DownloadFailed", "InvalidSignature", "InstallVerificationFailed", "InstallationFailed")
_LONGEST = 5_500
"""Characters of signingCertificate."""
ENDS = ("Installed", *FAILURES)


class Release(Struct, frozen=True, kw_only=True):
    """One firmware, its signature in base64, and the certificate (PEM) that it is signed with."""

    image: bytes
    signature: str
    certificate: str

    def shelf(self) -> Shelf:
        """A file server's shelf with it; from another path it comes slowly."""
        return Shelf(files={PATH: Item(body=self.image), SLOW_PATH: Item(body=self.image, pause=SLOW)})

    def update(self, path: str = PATH, **more: Any) -> Making:
        """The call that has it installed.

        Args:
            path: where it is to be fetched.
            more: `retrieve_in` and `install_in`, seconds from now on; `signed=False` leaves the signature out; what
                else is a field of UpdateFirmware.
        """
        retrieve_in, install_in = more.pop("retrieve_in", 0.0), more.pop("install_in", None)
        signed = more.pop("signed", True)

        def make(trace: Trace) -> OcppMessage:
            now = trace.entries[-1].at
            wanted = {"location": place(trace, path), "retrieveDateTime": timestamp(now + retrieve_in)}
            if install_in is not None:
                wanted["installDateTime"] = timestamp(now + install_in)
            if signed:
                wanted |= {"signature": self.signature, "signingCertificate": self.certificate}
            return UpdateFirmware(**{"requestId": REQUEST_ID, **more, "firmware": wanted})

        return make


def release(bench: Bench, flaw: str = "") -> Release:
    """A firmware for the station of the run.

    Args:
        bench: knows the station.
        flaw: `signature` (it is that of another image), `stranger` (nobody's manufacturer signed), `image` (no
            station could install it, rightly signed as it is).

    Raises:
        Unreached: it takes a firmware that only the manufacturer of a real station could make.
    """
    if bench.device.connection.kind != "emulated" and bench.device.role is Role.STATION:
        return _of_a_real_station(bench, flaw)
    signer = manufacturer(bench.pki)[1] if flaw != "stranger" else _signed(bench.pki, "stranger")[1]
    content = b"TEST ONLY " * 200
    model = bench.station.settings.model
    image = content if flaw == "image" else write_image(model, VERSION, content)
    signature = sign(signer, image + b"!" if flaw == "signature" else image)
    return Release(image=image, signature=signature, certificate=write_pem(signer.chain[:1]))


def updating(bench: Bench, made: Release, **terms: Any) -> Bench:
    """The bench with a file server that has a firmware, and emulated stations that trust who signed it.

    Args:
        bench: of the case.
        made: the firmware.
        terms: fields of `FirmwareTerms` of emulated stations.
    """
    usual = FirmwareTerms(roots=(manufacturer(bench.pki)[0],))
    return bench.serving(made.shelf(), structs.replace(usual, **terms))


def manufacturer(pki: Pki) -> tuple[bytes, Credentials]:
    """The root (DER) of the manufacturer of emulated stations, and what firmware is signed with."""
    return _signed(pki, "manufacturer")


def sign(signer: Credentials, image: bytes) -> str:
    """The signature of an image, by ECDSA and SHA-256, in base64."""
    key = signer.key.reveal()
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("firmware of the run is signed with an EC key")
    return b64encode(key.sign(image, ec.ECDSA(SHA256()))).decode()


def steps(trace: Trace, request_id: int = REQUEST_ID) -> tuple[Entry, ...]:
    """What a station told of one update."""
    return trace.all(FirmwareStatusNotification, requestId=request_id)


def names(entries: tuple[Entry, ...]) -> list[str]:
    """The statuses among what was told, one that is repeated at once only the first time."""
    told = [str(entry.payload["status"]) for entry in entries]
    return [one for number, one in enumerate(told) if number == 0 or told[number - 1] != one]


def due(asked: Entry, key: str) -> float:
    """A date in a request, `retrieveDateTime` or `installDateTime`, as Unix time."""
    return parse_timestamp(asked.payload["firmware"][key])


def request_fault(asked: Entry) -> str:
    """What a secure update lacks in an UpdateFirmware; empty for nothing (L01.FR.11)."""
    firmware = asked.payload["firmware"]
    if not read_pem(firmware.get("signingCertificate", ""), longest=_LONGEST):
        return "no signing certificate that can be read"
    try:
        signature = b64decode(firmware.get("signature", ""), validate=True)
    except (binascii.Error, ValueError):
        return "a signature that is not in base64"
    return "" if signature else "no signature"


def downloads(trace: Trace, path: str = PATH) -> int:
    """How often the firmware was fetched."""
    return len(fetched(trace, path))


def _signed(pki: Pki, who: str) -> tuple[bytes, Credentials]:
    recipe = pki.recipe(ChainKind.STATION)
    named = Subject(common_name=f"TEST ONLY {who.title()} Root", organisation="V2X Harness")
    root = structs.replace(recipe.issuers[0], key=f"{who}-root", subject=named)
    leaf = structs.replace(
        recipe.leaf,
        key=f"{who}-firmware",
        subject=Subject(common_name=f"TEST ONLY {who.title()} Firmware", organisation="V2X Harness"),
        extended_uses=(ExtendedUse.CODE_SIGNING,),
    )
    signer = pki.make(structs.replace(recipe, issuers=(root,), leaf=leaf), label=f"{who}'s firmware signer")
    own = pki.make(structs.replace(recipe, issuers=(root,), leaf=root, self_signed=True), label=f"{who}'s root")
    return own.chain[0], signer


def _of_a_real_station(bench: Bench, flaw: str) -> Release:
    told = settings_of(Beside, bench.device)
    if flaw == "stranger":
        signer, image = _signed(bench.pki, "stranger")[1], b"TEST ONLY"
        return Release(image=image, signature=sign(signer, image), certificate=write_pem(signer.chain[:1]))
    if flaw == "image":
        raise Unreached("only its manufacturer can sign a firmware that this station cannot install")
    files = (told.firmware_file, told.firmware_signature, told.firmware_certificate)
    if not all(files):
        raise Unreached("the profile names no firmware for this station (parameters.firmware_file and its kin)")
    image, signature, certificate = (Path(one).read_bytes() for one in files)
    spoilt = image + b"!" if flaw == "signature" else image
    return Release(image=spoilt, signature=signature.decode().strip(), certificate=certificate.decode())


def course_fault(told: list[str], wanted: tuple[str, ...]) -> str:
    """What is wrong with the steps of an update; empty where all that is wanted comes in its order."""
    rest = iter(told)
    missing = [step for step in wanted if step not in rest]
    return f"{missing[0]} is missing or comes too late" if missing else ""
