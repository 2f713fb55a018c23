"""Measurements: each module has `rows()`, and `python -m tests.bench` prints them all."""
