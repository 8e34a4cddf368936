"""What it costs, and shows, when the model changes under load: README.md."""
