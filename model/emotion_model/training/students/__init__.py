"""MobileBERT students of one task: made, taught, calibrated, packaged."""
