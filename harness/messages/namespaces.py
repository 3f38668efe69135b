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
ISO2_MESSAGE = "urn:iso:15118:2:2013:MsgDef"
ISO2_HEADER = "urn:iso:15118:2:2013:MsgHeader"
ISO2_BODY = "urn:iso:15118:2:2013:MsgBody"
ISO2_TYPES = "urn:iso:15118:2:2013:MsgDataTypes"
DIN_MESSAGE = "urn:din:70121:2012:MsgDef"
DIN_HEADER = "urn:din:70121:2012:MsgHeader"
DIN_BODY = "urn:din:70121:2012:MsgBody"
DIN_TYPES = "urn:din:70121:2012:MsgDataTypes"

PREFIXES = {
    "sap": APP_PROTOCOL,
    "ds": XMLDSIG,
    "ct": COMMON_TYPES,
    "cm": COMMON_MESSAGES,
    "ac": AC,
    "dc": DC,
    "acdp": ACDP,
    "wpt": WPT,
    "iso2": ISO2_MESSAGE,
    "iso2h": ISO2_HEADER,
    "iso2b": ISO2_BODY,
    "iso2t": ISO2_TYPES,
    "din": DIN_MESSAGE,
    "dinh": DIN_HEADER,
    "dinb": DIN_BODY,
    "dint": DIN_TYPES,
}
"""How we abbreviate them when we write XML."""
