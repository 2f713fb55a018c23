"""Executors of runtimes: the native one, and what the client knows of any."""
