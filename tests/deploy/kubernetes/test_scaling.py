"""What scales asks for metrics that exist, and gets out of them what it says."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from autoscaler import quantity
from render import KUBERNETES, ROOT, Object, kustomized, of_kind, only, overlays

RULES = KUBERNETES / "components" / "autoscaled-hpa" / "prometheus-adapter.yaml"
GOLDEN = ROOT / "tests" / "metrics" / "metric_names.golden"
METRIC = re.compile(r"\b((?:emotion|grpc|process)_\w+)\b")
HISTOGRAM_PARTS = ("_sum", "_count", "_bucket")


def rules() -> list[Object]:
    found = yaml.safe_load(RULES.read_text(encoding="utf-8"))["rules"]
    assert isinstance(found, list)
    return found


def golden() -> set[str]:
    """Every series name that the server exports."""
    names = set()
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        name, kind, *_ = line.split()
        parts = HISTOGRAM_PARTS if kind == "histogram" else ("",)
        names |= {name + part for part in parts}
    return names


def expanded(rule: Object, matchers: str, group: str) -> str:
    """A rule's query as the adapter asks it."""
    query = str(rule["metricsQuery"])
    return query.replace("<<.LabelMatchers>>", matchers).replace("<<.GroupBy>>", group)


def plain(query: str) -> str:
    """Without the white space that means nothing."""
    return re.sub(r"\s*([()/,])\s*", r"\1", " ".join(query.split()))


def keda_queries() -> list[str]:
    triggers = only(kustomized("autoscaled-keda"), "ScaledObject")["spec"]["triggers"]
    return [t["metadata"]["query"] for t in triggers]


def kserve_metrics(name: str) -> list[Object]:
    spec = only(kustomized(name), "InferenceService")["spec"]["predictor"]
    return [metric["external"] for metric in spec["autoScaling"]["metrics"]]


def test_queries_ask_for_metrics_that_the_server_has() -> None:
    queries = [rule["metricsQuery"] for rule in rules()]
    queries += [rule["seriesQuery"] for rule in rules()]
    queries += keda_queries()
    for query in queries:
        asked = set(METRIC.findall(query))
        assert asked
        assert asked <= golden()


def test_the_hpa_asks_for_what_the_adapter_makes() -> None:
    for name in ("autoscaled-hpa", "production"):
        metrics = only(kustomized(name), "HorizontalPodAutoscaler")["spec"]["metrics"]
        asked = [metric["pods"]["metric"]["name"] for metric in metrics]
        assert asked == [rule["name"]["as"] for rule in rules()]
        # The server has no metric of such a name, so there is one meaning of it.
        assert golden().isdisjoint(asked)


def test_keda_asks_as_the_adapter_does() -> None:
    matchers = 'namespace="emotion"'
    wanted = [plain(f"sum({expanded(rule, matchers, 'pod')})") for rule in rules()]
    assert [plain(query) for query in keda_queries()] == wanted
    for name in ("kserve", "kserve-runtime"):
        asked = [plain(m["metric"]["query"]) for m in kserve_metrics(name)]
        assert asked == wanted


def test_all_scale_at_the_same_values() -> None:
    hpa = only(kustomized("autoscaled-hpa"), "HorizontalPodAutoscaler")["spec"]
    wanted = [metric["pods"]["target"]["averageValue"] for metric in hpa["metrics"]]
    targets = [quantity(text) for text in wanted]
    scaled = only(kustomized("autoscaled-keda"), "ScaledObject")["spec"]
    assert [float(t["metadata"]["threshold"]) for t in scaled["triggers"]] == targets
    assert all(t["metricType"] == "AverageValue" for t in scaled["triggers"])
    assert scaled["minReplicaCount"] == hpa["minReplicas"]
    assert scaled["maxReplicaCount"] == hpa["maxReplicas"]
    config = scaled["advanced"]["horizontalPodAutoscalerConfig"]
    assert config["behavior"] == hpa["behavior"]
    for name in ("kserve", "kserve-runtime"):
        assert [quantity(m["target"]["value"]) for m in kserve_metrics(name)] == targets


@pytest.mark.parametrize("name", overlays())
def test_one_thing_at_most_decides_how_many_there_are(name: str) -> None:
    objects = kustomized(name)
    scalers = of_kind(objects, "HorizontalPodAutoscaler", "ScaledObject")
    assert len(scalers) <= 1
    for deployment in of_kind(objects, "Deployment"):
        assert ("replicas" in deployment["spec"]) == (not scalers)
    for scaler in scalers:
        target = scaler["spec"]["scaleTargetRef"]
        deployment = only(objects, "Deployment")
        assert target["name"] == deployment["metadata"]["name"]
        assert target["apiVersion"] == deployment["apiVersion"]


@pytest.mark.parametrize("name", [n for n in overlays() if not n.startswith("kserve")])
def test_a_pod_can_always_be_evicted(name: str) -> None:
    objects = kustomized(name)
    least = only(objects, "Deployment")["spec"].get("replicas")
    for scaler in of_kind(objects, "HorizontalPodAutoscaler", "ScaledObject"):
        spec = scaler["spec"]
        least = spec.get("minReplicas", spec.get("minReplicaCount"))
    budget = only(objects, "PodDisruptionBudget")["spec"]
    assert isinstance(least, int) and least > budget["maxUnavailable"] >= 1


def rule_test() -> tuple[Object, Object]:
    """The adapter's queries as recording rules, and what they give for known series.

    Pod a: 60 interactive dialogues a minute that wait a quarter of a second, 2,400
    tokens; bulk waits longer and does not count. Pod b: nothing came.
    """
    groups: list[dict[str, Any]] = [
        {"record": rule["name"]["as"], "expr": expanded(rule, 'namespace="x"', "pod")}
        for rule in rules()
    ]
    label = 'namespace="x",pod="a",priority="interactive",outcome="executed"'
    bulk = 'namespace="x",pod="a",priority="bulk",outcome="executed"'
    idle = 'namespace="x",pod="b",priority="interactive",outcome="executed"'
    series = {
        f"emotion_queue_wait_seconds_sum{{{label}}}": "0+3.75x8",
        f"emotion_queue_wait_seconds_count{{{label}}}": "0+15x8",
        f"emotion_queue_wait_seconds_sum{{{bulk}}}": "0+900x8",
        f"emotion_queue_wait_seconds_count{{{bulk}}}": "0+15x8",
        f"emotion_queue_wait_seconds_sum{{{idle}}}": "0x8",
        f"emotion_queue_wait_seconds_count{{{idle}}}": "0x8",
        'emotion_tokens_total{namespace="x",pod="a"}': "0+600x8",
        'emotion_tokens_total{namespace="x",pod="b"}': "0x8",
    }
    expected = {
        "emotion_queue_wait_mean_seconds": (0.25, 0),
        "emotion_tokens_per_second": (40, 0),
    }
    tests = {
        "interval": "15s",
        "input_series": [{"series": s, "values": v} for s, v in series.items()],
        "promql_expr_test": [
            {
                "expr": name,
                "eval_time": "2m",
                "exp_samples": [
                    {"labels": f'{name}{{pod="{pod}"}}', "value": value}
                    for pod, value in zip("ab", values, strict=True)
                ],
            }
            for name, values in expected.items()
        ],
    }
    return {"groups": [{"name": "adapter", "interval": "15s", "rules": groups}]}, tests


def test_the_queries_give_what_their_names_say(tmp_path: Path) -> None:
    groups, tests = rule_test()
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(groups), encoding="utf-8")
    document = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": "15s",
        "tests": [tests],
    }
    (tmp_path / "tests.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    run = subprocess.run(
        ["promtool", "test", "rules", "tests.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stdout + run.stderr
