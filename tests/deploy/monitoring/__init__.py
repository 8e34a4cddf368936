"""Rules, alerts and the dashboard: their names, their tests, and a real Prometheus."""
