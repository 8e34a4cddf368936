"""Capacity planning: the simulation against arithmetic, the tool against a server."""
