"""What a device may offer: the questions that its profile answers (PICS)."""

from __future__ import annotations

from enum import StrEnum


class Feature(StrEnum):
    """One capability; a device profile answers each that a programme asks for, yes or no."""

    ISO20 = "iso20"
    ISO20_DC = "iso20_dc"
    ISO20_DC_BPT = "iso20_dc_bpt"
    ISO20_AC = "iso20_ac"
    ISO20_AC_BPT = "iso20_ac_bpt"
    ISO20_MCS = "iso20_mcs"
    ISO20_MCS_BPT = "iso20_mcs_bpt"
    ISO20_WPT = "iso20_wpt"
    ISO20_ACDP = "iso20_acdp"
    ISO2 = "iso2"
    ISO2_AC = "iso2_ac"
    ISO2_DC = "iso2_dc"
    ISO2_PNC = "iso2_pnc"
    ISO2_CERTIFICATE_INSTALLATION = "iso2_certificate_installation"
    ISO2_METERING_RECEIPT = "iso2_metering_receipt"
    ISO2_RENEGOTIATION = "iso2_renegotiation"
    ISO2_PAUSE = "iso2_pause"
    DIN = "din"
    SCHEDULED = "scheduled"
    DYNAMIC = "dynamic"
    PRICE_SCHEDULES = "price_schedules"
    MOBILITY_NEEDS_SECC = "mobility_needs_secc"
    EIM = "eim"
    PNC = "pnc"
    CERTIFICATE_INSTALLATION = "certificate_installation"
    ED448 = "ed448"
    PAUSE = "pause"
    SERVICE_RENEGOTIATION = "service_renegotiation"
    SCHEDULE_RENEGOTIATION = "schedule_renegotiation"
    STANDBY = "standby"
    VAS = "vas"
    PARKING_STATUS = "parking_status"
    METERING_CONFIRMATION = "metering_confirmation"
    PLAIN_TCP = "plain_tcp"
    TLS12 = "tls12"
    TLS13 = "tls13"
    TLS13_MUTUAL = "tls13_mutual"
    STRICT_TLS_PROFILE = "strict_tls_profile"
    METER_INFO = "meter_info"
    DISPLAY_PARAMETERS = "display_parameters"
    OCPP201 = "ocpp201"
    OFFLINE_QUEUE = "offline_queue"
    SMART_CHARGING = "smart_charging"
    REMOTE_CONTROL = "remote_control"
    ISO15118_CHARGING_NEEDS = "iso15118_charging_needs"
    OCSP_STAPLES = "ocsp_staples"
    OCSP_CHECK = "ocsp_check"
    OCPP_BASIC = "ocpp_basic"
    OCPP_TLS = "ocpp_tls"
    OCPP_TLS_MUTUAL = "ocpp_tls_mutual"
    SECURITY_EVENTS = "security_events"
    CERTIFICATE_MANAGEMENT = "certificate_management"
    CONTRACTS_OVER_BACKEND = "contracts_over_backend"


FEATURE_MEANING: dict[Feature, str] = {
    Feature.ISO20: "speaks ISO 15118-20",
    Feature.ISO20_DC: "offers or asks for energy transfer service 2, DC",
    Feature.ISO20_DC_BPT: "offers or asks for energy transfer service 6, DC bidirectional",
    Feature.ISO20_AC: "offers or asks for energy transfer service 1, AC",
    Feature.ISO20_AC_BPT: "offers or asks for energy transfer service 5, AC bidirectional",
    Feature.ISO20_MCS: "offers or asks for energy transfer service 8, the megawatt system",
    Feature.ISO20_MCS_BPT: "offers or asks for energy transfer service 9, the megawatt system bidirectional",
    Feature.ISO20_WPT: "offers or asks for energy transfer service 3, wireless",
    Feature.ISO20_ACDP: "offers or asks for energy transfer service 4, DC by an automated connection device",
    Feature.ISO2: "speaks ISO 15118-2",
    Feature.ISO2_AC: "gives or takes alternating current by ISO 15118-2",
    Feature.ISO2_DC: "gives or takes direct current by ISO 15118-2",
    Feature.ISO2_PNC: "lets a contract pay in an ISO 15118-2 session, over TLS",
    Feature.ISO2_CERTIFICATE_INSTALLATION: "hands out, or asks for, contract certificates in an ISO 15118-2 session",
    Feature.ISO2_METERING_RECEIPT: "asks for or signs MeteringReceipt in an ISO 15118-2 session that a contract pays",
    Feature.ISO2_RENEGOTIATION: "settles other schedules while energy flows, or is asked to, by ISO 15118-2",
    Feature.ISO2_PAUSE: "pauses and resumes an ISO 15118-2 session",
    Feature.DIN: "speaks DIN SPEC 70121",
    Feature.SCHEDULED: "follows Scheduled control mode",
    Feature.DYNAMIC: "follows Dynamic control mode",
    Feature.PRICE_SCHEDULES: "tells, or plans by, absolute prices and price levels (Pricing 1 and 2)",
    Feature.MOBILITY_NEEDS_SECC: "tells or follows the driver's needs as the station knows them (MobilityNeedsMode 2)",
    Feature.EIM: "external identification means",
    Feature.PNC: "Plug and Charge",
    Feature.CERTIFICATE_INSTALLATION: "hands out, or asks for, contract certificates in an ISO 15118-20 session",
    Feature.ED448: "takes contract and provisioning chains on Ed448 as well",
    Feature.PAUSE: "pauses and resumes an ISO 15118-20 session",
    Feature.SERVICE_RENEGOTIATION: "chooses, or lets choose, services anew within an ISO 15118-20 session",
    Feature.SCHEDULE_RENEGOTIATION: "settles another schedule while energy flows, on payload type 0x8101",
    Feature.STANDBY: "stands by, or lets stand by, between two stretches of energy transfer",
    Feature.VAS: "offers or takes value-added services",
    Feature.PARKING_STATUS: "checks in and out of a parking space (service 66), on payload type 0x8104",
    Feature.METERING_CONFIRMATION: "asks for or gives MeteringConfirmation, on payload type 0x8102",
    Feature.PLAIN_TCP: "talks ISO 15118-20 over plain TCP as well (a laboratory mode)",
    Feature.TLS12: "offers TLS 1.2",
    Feature.TLS13: "offers TLS 1.3",
    Feature.TLS13_MUTUAL: "authenticates both sides by certificate under TLS 1.3",
    Feature.STRICT_TLS_PROFILE: "keeps to the suites, groups and curves of ISO 15118-20, Tables 6 to 8",
    Feature.METER_INFO: "the station sends MeterInfo when asked",
    Feature.DISPLAY_PARAMETERS: "the EV sends DisplayParameters (state of charge, capacity)",
    Feature.OCPP201: "speaks OCPP 2.0.1",
    Feature.OFFLINE_QUEUE: "queues transaction events while the backend is away",
    Feature.SMART_CHARGING: "takes charging profiles",
    Feature.REMOTE_CONTROL: "starts and stops transactions on request of the backend",
    Feature.ISO15118_CHARGING_NEEDS: "forwards the EV's needs in NotifyEVChargingNeeds",
    Feature.OCSP_STAPLES: "the station staples an OCSP response to each certificate of its chain when it is asked",
    Feature.OCSP_CHECK: "refuses a chain whose revocation status is not good, or cannot be learned",
    Feature.OCPP_BASIC: "speaks OCPP without TLS, by HTTP Basic authentication (security profile 1)",
    Feature.OCPP_TLS: "speaks OCPP over TLS, by HTTP Basic authentication (security profile 2)",
    Feature.OCPP_TLS_MUTUAL: "speaks OCPP over TLS with a certificate of the station (security profile 3)",
    Feature.SECURITY_EVENTS: "tells its backend of security events (SecurityEventNotification)",
    Feature.CERTIFICATE_MANAGEMENT: "has certificates signed, installed, listed and deleted over OCPP",
    Feature.CONTRACTS_OVER_BACKEND: "asks the backend for contracts and their status, or answers a station that does",
}
