"""What coils that find each other by low-frequency signals tell about their antennas."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.core.units import Hertz, Rational
from harness.messages.field import Message, Wire
from harness.messages.iso20.types import NumericId
from harness.messages.namespaces import WPT
from harness.messages.simple import I16, U8, U16

DataContainer = Annotated[bytes, Meta(max_length=256)]


class WptCoordinateXYZ(Message, frozen=True, kw_only=True):
    """A place, or a direction, in three coordinates."""

    namespace: ClassVar[str] = WPT

    coord_x: Annotated[I16, Wire("Coord_X")]
    coord_y: Annotated[I16, Wire("Coord_Y")]
    coord_z: Annotated[I16, Wire("Coord_Z")]


class WptTxRxSpecData(Message, frozen=True, kw_only=True):
    """Place and direction of one antenna."""

    namespace: ClassVar[str] = WPT

    tx_rx_identifier: Annotated[NumericId, Wire("TxRxIdentifier")]
    tx_rx_position: Annotated[WptCoordinateXYZ, Wire("TxRxPosition")]
    tx_rx_orientation: Annotated[WptCoordinateXYZ, Wire("TxRxOrientation")]


class WptTxRxPulseOrder(Message, frozen=True, kw_only=True):
    """Which transmitter sends a pulse."""

    namespace: ClassVar[str] = WPT

    index_number: Annotated[U16, Wire("IndexNumber")]
    tx_rx_identifier: Annotated[NumericId, Wire("TxRxIdentifier")]


class WptTxRxPackageSpecData(Message, frozen=True, kw_only=True):
    """How a package of pulses is built."""

    namespace: ClassVar[str] = WPT

    pulse_sequence_order: Annotated[tuple[WptTxRxPulseOrder, ...], Wire("PulseSequenceOrder", 2, 255)]
    pulse_separation_time: Annotated[U16, Wire("PulseSeparationTime")]
    pulse_duration: Annotated[U16, Wire("PulseDuration")]
    package_separation_time: Annotated[U16, Wire("PackageSeparationTime")]


class LfTransmitterSetupData(Message, frozen=True, kw_only=True):
    """How many low-frequency transmitters there are, and where."""

    name: ClassVar[str] = "LF_TransmitterSetupData"
    namespace: ClassVar[str] = WPT
    local: ClassVar[bool] = True

    number_of_transmitters: Annotated[U8, Wire("NumberOfTransmitters")]
    signal_frequency: Annotated[Hertz, Wire("SignalFrequency")]
    tx_spec_data: Annotated[tuple[WptTxRxSpecData, ...], Wire("TxSpecData", 2, 255)]
    tx_package_spec_data: Annotated[WptTxRxPackageSpecData | None, Wire("TxPackageSpecData")] = None


class LfReceiverSetupData(Message, frozen=True, kw_only=True):
    """How many low-frequency receivers there are, and where."""

    name: ClassVar[str] = "LF_ReceiverSetupData"
    namespace: ClassVar[str] = WPT
    local: ClassVar[bool] = True

    number_of_receivers: Annotated[U8, Wire("NumberOfReceivers")]
    rx_spec_data: Annotated[tuple[WptTxRxSpecData, ...], Wire("RxSpecData", 2, 255)]


class WptLfSystemSetupData(Message, frozen=True, kw_only=True):
    """Whether this side sends or listens, and how."""

    namespace: ClassVar[str] = WPT

    setup_data: Annotated[LfTransmitterSetupData | LfReceiverSetupData, Wire()]


class WptLfTxData(Message, frozen=True, kw_only=True):
    """Power that one transmitter radiated."""

    namespace: ClassVar[str] = WPT

    tx_identifier: Annotated[NumericId, Wire("TxIdentifier")]
    eirp: Annotated[Rational, Wire("EIRP")]


class LfTxData(Message, frozen=True, kw_only=True):
    """The transmitter's side of a package."""

    name: ClassVar[str] = "LF_TxData"
    namespace: ClassVar[str] = WPT
    local: ClassVar[bool] = True

    wpt_lf_tx_data_list: Annotated[WptLfTxData, Wire("WPT_LF_TxDataList")]


class WptLfRxRSSI(Message, frozen=True, kw_only=True):
    """How strongly a receiver heard one transmitter."""

    namespace: ClassVar[str] = WPT

    tx_identifier: Annotated[NumericId, Wire("TxIdentifier")]
    rssi: Annotated[Rational, Wire("RSSI")]


class WptLfRxRSSIList(Message, frozen=True, kw_only=True):
    """Strengths that a receiver heard."""

    namespace: ClassVar[str] = WPT

    rssi_data_list: Annotated[WptLfRxRSSI, Wire("RSSIDataList")]


class WptLfRxData(Message, frozen=True, kw_only=True):
    """What one receiver heard."""

    namespace: ClassVar[str] = WPT

    rx_identifier: Annotated[NumericId, Wire("RxIdentifier")]
    rssi_data: Annotated[WptLfRxRSSIList, Wire("RSSIData")]


class LfRxData(Message, frozen=True, kw_only=True):
    """The receiver's side of a package."""

    name: ClassVar[str] = "LF_RxData"
    namespace: ClassVar[str] = WPT
    local: ClassVar[bool] = True

    wpt_lf_rx_data_list: Annotated[WptLfRxData, Wire("WPT_LF_RxDataList")]


class WptLfDataPackage(Message, frozen=True, kw_only=True):
    """One package, as the sending or the listening side tells of it."""

    namespace: ClassVar[str] = WPT

    package_index: Annotated[U8, Wire("PackageIndex")]
    data: Annotated[LfTxData | LfRxData, Wire()]


class WptLfDataPackageList(Message, frozen=True, kw_only=True):
    """Packages that were sent or heard."""

    namespace: ClassVar[str] = WPT

    num_packages: Annotated[U8, Wire("NumPackages")]
    wpt_lf_data_package: Annotated[WptLfDataPackage, Wire("WPT_LF_DataPackage")]
