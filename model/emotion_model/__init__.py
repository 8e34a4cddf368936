"""MobileBERT emotion models: reading, the plain reference, export, measurement."""
