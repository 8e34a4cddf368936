"""Writes ../grafana/dashboards/emotion.json.

`panels` says what is on the dashboard, `grafana` how Grafana wants to be told.
`python -m dashboard FILE`, with deploy/monitoring on the path, writes it.
"""
