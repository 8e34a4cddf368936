"""What stands in deploy, tried with the real thing."""
