"""The process: command line, configuration, chain specification, keys, logs, metrics, wiring."""
