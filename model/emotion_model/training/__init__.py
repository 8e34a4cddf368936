"""Training: teachers of several kinds, distillation, calibration, packaging."""
