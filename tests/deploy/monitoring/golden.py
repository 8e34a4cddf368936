"""Which metrics and labels there are."""

from __future__ import annotations

from end_to_end import ROOT

# What Prometheus puts on every series that it scrapes; a worker's own `instance`
# becomes exported_instance.
TARGET_LABELS = frozenset({"job", "instance"})

# Metrics of other programs, with the labels that are used of them.
FOREIGN = {
    "up": frozenset[str](),
    "probe_ssl_earliest_cert_expiry": frozenset[str](),
    "envoy_server_days_until_first_cert_expiring": frozenset[str](),
    "container_cpu_cfs_throttled_periods_total": {"namespace", "pod", "container"},
    "container_cpu_cfs_periods_total": {"namespace", "pod", "container"},
}


def metrics() -> dict[str, frozenset[str]]:
    """The labels of each series name that the server exports, and of the others."""
    found: dict[str, frozenset[str]] = {}
    golden = ROOT / "tests" / "metrics" / "metric_names.golden"
    for line in golden.read_text(encoding="utf-8").splitlines():
        name, kind, *labels = line.split()
        own = frozenset("exported_instance" if x == "instance" else x for x in labels)
        names = [name]
        if kind == "histogram":
            names = [f"{name}_bucket", f"{name}_sum", f"{name}_count"]
        for each in names:
            le = {"le"} if each.endswith("_bucket") else set()
            found[each] = own | TARGET_LABELS | le
    for name, labels_of in FOREIGN.items():
        found[name] = frozenset(labels_of) | TARGET_LABELS
    return found
