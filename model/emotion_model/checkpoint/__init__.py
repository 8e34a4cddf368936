"""Checkpoints and package sources: reading, checking, running and writing them."""
