"""Bytes into frames and back: V2GTP, SDP, OCPP-J."""
