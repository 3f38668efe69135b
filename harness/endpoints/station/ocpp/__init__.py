"""The station towards its backend: one file per part of its OCPP behaviour."""
