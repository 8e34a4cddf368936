"""Writes ../grafana/dashboards/emotion.json.

`panels` says what is on the dashboard, `grafana` how Grafana represents it.
`python -m dashboard FILE`, with deploy/monitoring on the path, writes it.
"""
