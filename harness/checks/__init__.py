"""From a trace to findings: pure judgements that know no emulator."""
