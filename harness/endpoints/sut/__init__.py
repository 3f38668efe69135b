"""Systems under test that the harness starts itself: their network namespace, their process, their controls."""
