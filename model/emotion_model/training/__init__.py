"""Training: teachers, students, and one body for several tasks."""
