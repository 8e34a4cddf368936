"""Dialogues and their labels: reading them, the corpora, harmless changes."""
