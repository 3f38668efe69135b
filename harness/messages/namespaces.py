"""The names by which the schemas are told apart."""

from __future__ import annotations

APP_PROTOCOL = "urn:iso:15118:2:2010:AppProtocol"
XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
COMMON_TYPES = "urn:iso:std:iso:15118:-20:CommonTypes"
COMMON_MESSAGES = "urn:iso:std:iso:15118:-20:CommonMessages"
AC = "urn:iso:std:iso:15118:-20:AC"
DC = "urn:iso:std:iso:15118:-20:DC"
ACDP = "urn:iso:std:iso:15118:-20:ACDP"
WPT = "urn:iso:std:iso:15118:-20:WPT"

PREFIXES = {
    "sap": APP_PROTOCOL,
    "ds": XMLDSIG,
    "ct": COMMON_TYPES,
    "cm": COMMON_MESSAGES,
    "ac": AC,
    "dc": DC,
    "acdp": ACDP,
    "wpt": WPT,
}
"""How we abbreviate them when we write XML."""
