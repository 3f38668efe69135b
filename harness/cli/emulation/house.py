"""The backend that a command line asks for: whom it lets in, and which PKI stands behind it."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from harness.core.errors import UserError
from harness.endpoints.csms.csms import Csms
from harness.endpoints.ocpp_security import SecurityProfile
from harness.kit.backend import with_office
from harness.kit.ocpp_security import CSMS_HOST, csms_chains, ocpp_roots, read_password
from harness.pki.build import Pki
from harness.pki.recipe import ChainKind


class House(Struct, frozen=True, kw_only=True):
    """What a command line says of a backend."""

    path: str = "/ocpp"
    stations: tuple[str, ...] = ()
    profile: SecurityProfile = SecurityProfile.NONE
    password_file: Path | None = None
    pki: Path | None = None
    """Folder in which a PKI is written that is made now; None: there is none, and certificates are not signed."""
    name: str = CSMS_HOST
    """Name in the backend's certificate."""


def backend_party(house: House, at: float) -> Csms:
    """The backend.

    Args:
        house: what it is.
        at: Unix time around which certificates are valid.

    Raises:
        UserError: what its security profile needs is not there, or the folder of the PKI is.
    """
    if house.profile.by_password and house.password_file is None:
        what = f"security profile {house.profile.value} asks stations for a password, and there is none"
        raise UserError(what, where="--security-profile", do="give --password-file")
    if house.profile.secured and house.pki is None:
        what = f"security profile {house.profile.value} needs certificates"
        raise UserError(what, where="--security-profile", do="give --pki with the name of a new folder")
    password = read_password(str(house.password_file)) if house.password_file is not None else None
    csms = Csms(path=house.path, stations=house.stations, password=password).secured(profile=house.profile)
    return csms if house.pki is None else _with_pki(csms, house, house.pki, at)


def _with_pki(csms: Csms, house: House, folder: Path, at: float) -> Csms:
    if folder.exists():
        what = "is there already, and the keys of its CAs are not in it"
        raise UserError(what, where=str(folder), do="name a new folder; the PKI of a backend is made for each start")
    pki = Pki.generate(at)
    try:
        pki.write_pem(folder)
    except OSError as error:
        what = f"no PKI can be written there: {error.strerror}"
        raise UserError(what, where=str(folder), do="name another folder") from error
    csms = with_office(csms, pki)
    if not house.profile.secured:
        return csms
    # A bench takes any station whose chain ends well: who it is, its id says.
    roots, chains = ocpp_roots(pki, ChainKind.STATION), csms_chains(pki, house.name)
    return csms.secured(chains=chains, roots=roots, owner="", checks_serial=False)
