"""What travels: declarations of every message, the schemas they form, and their XML and JSON views."""
