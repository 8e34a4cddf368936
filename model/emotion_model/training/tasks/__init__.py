"""One body for several tasks: what it learns from, its teachers, its students."""
