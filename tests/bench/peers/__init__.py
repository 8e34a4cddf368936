"""This engine beside its peers, in process, on the same dialogues.

See README.md. `python -m peers` runs it.
"""
