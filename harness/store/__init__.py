"""The run folder: what was planned, judged and recorded, in lines that are chained and files that are digested."""
