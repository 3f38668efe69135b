"""The blocks that a good station consists of towards its backend."""

from __future__ import annotations

from harness.endpoints.station.ocpp.availability import Availability
from harness.endpoints.station.ocpp.block import Block
from harness.endpoints.station.ocpp.certificates import Certificates
from harness.endpoints.station.ocpp.contracts import Contracts
from harness.endpoints.station.ocpp.cost import Cost
from harness.endpoints.station.ocpp.customers import Customers
from harness.endpoints.station.ocpp.data_transfer import DataTransfers
from harness.endpoints.station.ocpp.der import DerControls
from harness.endpoints.station.ocpp.display import Display
from harness.endpoints.station.ocpp.external_limits import ExternalLimits
from harness.endpoints.station.ocpp.firmware import FirmwareUpdates
from harness.endpoints.station.ocpp.inventory import Inventory
from harness.endpoints.station.ocpp.local_list import LocalAuthorizationList
from harness.endpoints.station.ocpp.logs import Logs
from harness.endpoints.station.ocpp.metering import Metering
from harness.endpoints.station.ocpp.monitoring import Monitoring
from harness.endpoints.station.ocpp.needs import NeedsTeller
from harness.endpoints.station.ocpp.network_block import NetworkBlock
from harness.endpoints.station.ocpp.notices import Notices
from harness.endpoints.station.ocpp.remote_control import RemoteControl
from harness.endpoints.station.ocpp.reservations import Reservations
from harness.endpoints.station.ocpp.resets import Resets
from harness.endpoints.station.ocpp.smart_charging import SmartCharging
from harness.endpoints.station.ocpp.token_cache import AuthorizationCache
from harness.endpoints.station.ocpp.token_rules import Deauthorization, TokenControl
from harness.endpoints.station.ocpp.transaction_control import TransactionControl
from harness.endpoints.station.ocpp.triggering import Triggering
from harness.endpoints.station.ocpp.v2x import V2x

BLOCKS: tuple[type[Block], ...] = (
    Inventory,
    TransactionControl,
    Metering,
    Availability,
    AuthorizationCache,
    LocalAuthorizationList,
    TokenControl,
    Deauthorization,
    Notices,
    Certificates,
    Contracts,
    SmartCharging,
    ExternalLimits,
    NeedsTeller,
    Cost,
    Customers,
    DataTransfers,
    DerControls,
    Display,
    FirmwareUpdates,
    Logs,
    Monitoring,
    Reservations,
    RemoteControl,
    Triggering,
    V2x,
    Resets,
    NetworkBlock,
)
