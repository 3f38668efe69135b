"""Which of our parties staples OCSP responses and minds those of others, as the device under test has it."""

from __future__ import annotations

from harness.core.case import Role
from harness.core.feature import Feature
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.station import Station
from harness.pki.build import Pki
from harness.profile.device import Device
from harness.transports.tls.setup import Revocation


def minding_ev(ev: Ev, device: Device, profile: Device | None) -> Ev:
    """The EV, which looks at the station's OCSP responses where there are some to look at.

    Facing a real station it does so at any time; between emulated parties only where a case wants it, see
    `Bench.minding_status`.

    Args:
        ev: the good EV.
        device: the subject of the run.
        profile: the profile that the EV was made from; None for ours.
    """
    able = profile is None or profile.offers(Feature.OCSP_CHECK)
    answered = device.role is not Role.STATION or device.offers(Feature.OCSP_STAPLES)
    looks = able and answered
    return ev.having(
        revocation=Revocation.CHAIN if looks else Revocation.NONE,
        minds_status=looks and device.role is Role.STATION and _is_real(device),
    )


def minding_station(station: Station, device: Device, profile: Device | None, pki: Pki) -> Station:
    """The station with OCSP responses for its chain, if the run's PKI made that, and an eye on the EV's.

    A real EV that checks gets them at any time. Whether its own chain was revoked is left aside: who answers for it
    need not be within reach.

    Args:
        station: the good station.
        device: the subject of the run.
        profile: the profile that the station was made from; None for ours.
        pki: the certificates of the run.
    """
    real = device.role is Role.EV and _is_real(device)
    looks = not real and (profile is None or profile.offers(Feature.OCSP_CHECK))
    staples = profile is None or profile.offers(Feature.OCSP_STAPLES)
    ours = station.credentials is not None and all(map(pki.issued, station.credentials.chain))
    return station.having(
        staples=pki.staples(station.credentials) if staples and ours and station.credentials else (),
        revocation=Revocation.CHAIN if looks else Revocation.NONE,
        minds_status=real and device.offers(Feature.OCSP_CHECK),
    )


def stapled_anew(station: Station, usual: Station, pki: Pki) -> Station:
    """The station of a case, with OCSP responses for the chain that the case gave it, unless it gave those too.

    Args:
        station: as the case has it.
        usual: as it was before, with its own chain and responses.
        pki: the certificates of the run.
    """
    credentials = station.credentials
    untouched = bool(station.staples) and station.staples is usual.staples
    if credentials is None or not untouched or credentials.chain == (usual.credentials or credentials).chain:
        return station
    makers = (pki, pki.additional, pki.earlier)
    maker = next((one for one in makers if any(map(one.issued, credentials.chain))), pki)
    return station.having(staples=maker.staples(credentials))


def _is_real(device: Device) -> bool:
    return device.connection.kind != "emulated"
