"""ISO 15118-2:2013: the envelope V2G_Message, and what may stand in its body.

A message is a body in an envelope: `envelope.wrap(SessionSetupReq(...), session_id)` makes the V2G_Message that
`schema.encode` takes, and `envelope.body_of` gives the body of what `schema.decode("iso2", data)` found.
Physical values carry their unit: `physical.volts(400)`, `physical.amperes(12.5)`.
"""

from harness.messages.iso2 import (
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
