"""Benchmarks: the service beside its peers."""
