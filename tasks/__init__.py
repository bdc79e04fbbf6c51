"""Prefect tasks: read, keep, index, count. Thin: the work is in `sohoa.pipeline`."""
