"""DIN SPEC 70121:2012, the forerunner of ISO 15118-2: the envelope V2G_Message, and what may stand in its body.

The same names as in `harness.messages.iso2`, of other classes: `envelope.wrap` and `envelope.body_of` serve both.
Only DC charging with external payment is profiled; the schema declares AC and contracts as well, and so do we.
"""

from harness.messages.din import (
    ac,
    certificates,
    charging,
    dc,
    message,
    parameters,
    payment,
    physical,
    schedule,
    service,
    session,
    types,
)

MODULES = (ac, certificates, charging, dc, message, parameters, payment, physical, schedule, service, session, types)
"""All files that declare messages or parts of them."""
