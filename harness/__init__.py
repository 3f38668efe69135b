"""V2X interoperability harness: emulate, judge and report ISO 15118-20 and OCPP 2.0.1 sessions."""

__version__ = "0.1.0"
