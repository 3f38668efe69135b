"""Firmware of an emulated station: fetched by HTTP, tried again, cut short, asked about; whose signature counts."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from harness.core.case import Role
from harness.endpoints import operations as do
from harness.endpoints.file_shelf import Item, Shelf
from harness.endpoints.station.ocpp.firmware_image import is_signed_by, read_image, write_image
from harness.kit import firmware as releases
from harness.kit.bench import Bench
from harness.kit.scene import Scene, asks, does, hears, passes
from harness.kit.workshop import Workshop
from harness.messages.ocpp import (
    BootNotification,
    FirmwareStatusNotification,
    GetVariables,
    TriggerMessage,
    UpdateFirmware,
)
from harness.profile.load import load_device
from harness.trace.trace import Trace
from harness.transports.clock import run

ROOT = Path(__file__).resolve().parents[2]
WHOLE = ["Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting", "Installed"]


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return Workshop((load_device(ROOT / "profiles" / "devices" / "emulated-station.toml"),))


def played(bench: Bench, scene: Scene, **terms: Any) -> Trace:
    made = releases.release(bench)
    return run(releases.updating(bench, made, **terms).play(scene, limit=900.0), virtual=True)


def statuses(trace: Trace) -> list[str]:
    return [str(entry.payload["status"]) for entry in releases.steps(trace)]


def test_a_download_is_tried_again(workshop: Workshop) -> None:
    bench = workshop.bench(Role.STATION)
    ask = releases.release(bench).update(releases.MISSING_PATH, retries=2, retryInterval=7)
    trace = played(bench, asks(ask) + passes(60.0))
    assert statuses(trace) == ["Downloading", "DownloadFailed"]
    assert releases.downloads(trace, releases.MISSING_PATH) == 3
    first, last = trace.all(FirmwareStatusNotification)
    assert last.at - first.at == pytest.approx(14.0, abs=1.0)


def test_a_connection_that_breaks_fails_the_download(workshop: Workshop) -> None:
    bench = workshop.bench(Role.STATION)
    made = releases.release(bench)
    shelf = Shelf(files={releases.PATH: Item(body=made.image, breaks=True)})
    trace = run(releases.updating(bench, made).serving(shelf).play(asks(made.update()) + passes(20.0)), virtual=True)
    assert statuses(trace) == ["Downloading", "DownloadFailed"]


@pytest.mark.parametrize("location", ["ftp://files/firmware", "no address", "http://[::1", "http://[::1]:99999/"])
def test_an_address_of_another_kind_fails_at_once(workshop: Workshop, location: str) -> None:
    bench = workshop.bench(Role.STATION)
    made = releases.release(bench)

    def ask(trace: Trace) -> Any:
        usual = made.update(retries=5)(trace)
        assert usual is not None
        return UpdateFirmware(**{**usual.payload, "firmware": {**usual.payload["firmware"], "location": location}})

    trace = played(bench, asks(ask) + passes(3.0))
    assert statuses(trace) == ["Downloading", "DownloadFailed"]


def test_an_update_outlives_a_boot(workshop: Workshop) -> None:
    bench = workshop.bench(Role.STATION)
    made = releases.release(bench)
    cut = asks(made.update(releases.SLOW_PATH)) + passes(5.0) + does(do.reboot())
    trace = played(bench, cut + hears(FirmwareStatusNotification, status="Installed", within=200.0))
    assert releases.names(releases.steps(trace)) == WHOLE
    assert releases.downloads(trace, releases.SLOW_PATH) == 2


def test_the_new_version_is_told(workshop: Workshop) -> None:
    bench = workshop.bench(Role.STATION)
    named = {"component": {"name": "ChargingStation"}, "variable": {"name": "FirmwareVersion"}}
    done = hears(FirmwareStatusNotification, status="Installed", within=200.0)
    trace = played(bench, asks(releases.release(bench).update()) + done + asks(GetVariables(getVariableData=[named])))
    boots = [entry.payload for entry in trace.all(BootNotification)]
    assert [(boot["reason"], boot["chargingStation"]["firmwareVersion"]) for boot in boots] == [
        ("PowerUp", bench.station.settings.firmware),
        ("FirmwareUpdate", releases.VERSION),
    ]
    result = trace.one(GetVariables.response).payload["getVariableResult"][0]
    assert result["attributeValue"] == releases.VERSION


def test_a_station_may_boot_ahead_of_the_installation(workshop: Workshop) -> None:
    bench = workshop.bench(Role.STATION)
    done = hears(FirmwareStatusNotification, status="Installed", within=200.0)
    trace = played(bench, asks(releases.release(bench).update()) + done, reboots="before")
    assert statuses(trace) == [*WHOLE[:3], "InstallRebooting", "Installing", "Installed"]


def test_the_present_step_is_told_on_demand(workshop: Workshop) -> None:
    bench = workshop.bench(Role.STATION)
    demand = asks(TriggerMessage(requestedMessage="FirmwareStatusNotification")) + passes(2.0)
    slowly = asks(releases.release(bench).update(releases.SLOW_PATH)) + passes(5.0) + demand
    done = hears(FirmwareStatusNotification, status="Installed", within=200.0)
    trace = played(bench, demand + slowly + done + demand)
    told = [entry.payload for entry in trace.all(FirmwareStatusNotification)]
    assert told[0] == {"status": "Idle"}
    assert told[1] == told[2] == {"status": "Downloading", "requestId": releases.REQUEST_ID}
    assert told[-1] == {"status": "Idle"}


def test_a_signature_by_rsa_counts() -> None:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    image = write_image("Model", "1.2", b"content")

    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST ONLY signer")])
    signer = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(key, SHA256())
    )
    how = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=32)
    good = b64encode(key.sign(image, how, SHA256())).decode()
    assert is_signed_by(image, good, signer)
    assert not is_signed_by(image + b"!", good, signer)
    assert not is_signed_by(image, "no base64!", signer)


@pytest.mark.parametrize("data", [b"", b"\x00" * 64, b'V2X HARNESS FIRMWARE "a"\n', b'V2X HARNESS FIRMWARE "" "1"\n'])
def test_what_is_no_image_is_seen(data: bytes) -> None:
    assert read_image(data) is None


def test_an_image_tells_model_and_version() -> None:
    image = read_image(write_image("Model", "1.2", b"content"))
    assert image is not None
    assert (image.model, image.version) == ("Model", "1.2")
