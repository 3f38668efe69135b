"""What can be wrong with a chain, one thing at a time, and which alerts may answer it."""

from __future__ import annotations

from harness.pki.flaws.flaw import CERTIFICATE_ALERTS as CERTIFICATE_ALERTS
from harness.pki.flaws.flaw import Flaw as Flaw
from harness.pki.flaws.table import bend as bend
from harness.pki.flaws.table import trait_of as trait_of
