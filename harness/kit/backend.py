"""What stands behind the emulated backend of a run, and stations that deal with it in certificates."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from harness.endpoints.csms.authority import Authority
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.office import Office
from harness.endpoints.station.certificate_store import CSMS_ROOT, MO_ROOT, V2G_ROOT
from harness.endpoints.station.certificate_terms import SECC, STATION
from harness.endpoints.station.iso2.provider import Provider
from harness.endpoints.station.station import Station
from harness.pki.build import Pki
from harness.pki.credentials import Credentials
from harness.pki.ocsp import Status
from harness.pki.recipe import ChainKind
from harness.pki.variants import ChainVariant
from harness.security.authorization import common_name


def with_office(csms: Csms, pki: Pki) -> Csms:
    """The backend with everybody behind it: CAs, a mobility operator, a provisioning service, responders.

    Its contracts have one sub-CA: with two of them no response of ISO 15118-20 on secp521r1, and none of
    ISO 15118-2, has room in an exiResponse of 5600 characters.
    """
    every = (pki, pki.additional, pki.earlier)
    return csms.having(
        office=Office(
            authorities={STATION: authority(pki, ChainKind.STATION), SECC: authority(pki, ChainKind.SECC)},
            provider=_provider(pki),
            roots={V2G_ROOT: pki.v2g_roots, MO_ROOT: pki.mo_roots, CSMS_ROOT: pki.csms_roots},
            certificates=lambda: tuple(der for one in every for der in one.known),
            respond=lambda certificate, status: _respond(every, certificate, status),
        )
    )


def with_certificates(
    station: Station, pki: Pki, *, contracts: bool = False, central: bool = False, continuing: bool = False
) -> Station:
    """The station with a certificate of its own and the root of its backend, whether their link uses them or not.

    Args:
        station: the good station.
        pki: the certificates of the run.
        contracts: it has its backend hand out contracts.
        central: it may have it validate contracts whose root it lacks.
        continuing: a new root of its backend must be signed by the old one.
    """
    own, settings = station.security, station.settings
    station = station.secured(
        credentials=own.credentials or pki.station_chain(settings.serial),
        roots=pki.csms_roots if own.roots is None else own.roots,
    )
    terms = structs.replace(settings.certificates, central_validation=central, additional_root_check=continuing)
    if contracts:
        terms = structs.replace(terms, contracts_from="backend")
    return station.set(certificates=terms)


def authority(pki: Pki, kind: ChainKind) -> Authority:
    """The CA right above chains of a kind, with its key."""
    recipe = pki.recipe(kind)
    *above, signer = recipe.issuers
    issuer = pki.make(structs.replace(recipe, issuers=tuple(above), leaf=signer), label=f"CA above {kind}")
    return Authority(issuer=issuer, template=pki.chain(kind).chain[0])


def _provider(pki: Pki) -> Provider:
    contracts: dict[str, tuple[Credentials, ...]] = {}
    for each in (pki, pki.additional):
        pcid = common_name(each.provisioning_chain().chain[0])
        contracts[pcid] = (*contracts.get(pcid, ()), _short(each, ChainKind.CONTRACT))
    old = pki.earlier
    earlier = Provider(
        contract_roots=old.mo_roots,
        provisioning_roots=old.oem_roots,
        provisioning_intermediates=old.provisioning_chain().chain[1:],
        contract=_short(old, ChainKind.CONTRACT),
        service=_short(old, ChainKind.CPS),
    )
    return Provider(
        contract_roots=(*pki.mo_roots, *pki.additional.mo_roots),
        provisioning_roots=(*pki.oem_roots, *pki.additional.oem_roots),
        contracts=contracts,
        service=_short(pki, ChainKind.CPS),
        earlier=earlier,
    )


def _short(pki: Pki, kind: ChainKind) -> Credentials:
    return pki.chain(kind, variant=ChainVariant.ONE_SUB_CA)


def _respond(every: Sequence[Pki], certificate: bytes, status: Status) -> bytes:
    """An OCSP response of whichever PKI issued the certificate."""
    return next(one for one in every if one.issued(certificate)).ocsp(certificate, status)
