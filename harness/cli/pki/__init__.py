"""`v2x pki`: certificates for a laboratory, and what is to be said about those of a vendor."""
