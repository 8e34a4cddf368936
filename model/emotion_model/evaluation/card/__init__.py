"""Reprints the numbers of the model card from the repository and a copy of the data."""
