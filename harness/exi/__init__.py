"""Bits to values and back, led by a schema (EXI 1.0); knows no message."""
