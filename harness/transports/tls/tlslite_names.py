"""The names of tlslite-ng that this project uses; nobody else imports the package.

Its start page imports asyncore, which Python 3.11 warns of; a run that takes warnings for errors must not die of it.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from tlslite.constants import (
        AlertDescription,
        CertificateType,
        CipherSuite,
        ContentType,
        ECPointFormat,
        ExtensionType,
        HandshakeType,
        SignatureScheme,
    )
    from tlslite.errors import (
        BaseTLSException,
        TLSAbruptCloseError,
        TLSDecryptionFailed,
        TLSHandshakeFailure,
        TLSIllegalParameterException,
        TLSInternalError,
        TLSLocalAlert,
        TLSRemoteAlert,
        TLSUnexpectedMessage,
    )
    from tlslite.handshakesettings import HandshakeSettings
    from tlslite.messages import ApplicationData, Certificate, CertificateVerify, Message, RecordHeader3
    from tlslite.recordlayer import RecordLayer, RecordSocket
    from tlslite.tlsconnection import TLSConnection
    from tlslite.utils.codec import Parser
    from tlslite.utils.rsakey import RSAKey
    from tlslite.x509certchain import X509CertChain

__all__ = [
    "AlertDescription",
    "ApplicationData",
    "BaseTLSException",
    "Certificate",
    "CertificateType",
    "CertificateVerify",
    "CipherSuite",
    "ContentType",
    "ECPointFormat",
    "ExtensionType",
    "HandshakeSettings",
    "HandshakeType",
    "Message",
    "Parser",
    "RSAKey",
    "RecordHeader3",
    "RecordLayer",
    "RecordSocket",
    "SignatureScheme",
    "TLSAbruptCloseError",
    "TLSConnection",
    "TLSDecryptionFailed",
    "TLSHandshakeFailure",
    "TLSIllegalParameterException",
    "TLSInternalError",
    "TLSLocalAlert",
    "TLSRemoteAlert",
    "TLSUnexpectedMessage",
    "X509CertChain",
]
