"""Prefect flows: the order of the work. One file a flow; all logic lives in `sohoa`."""
