"""Schemas of the KServe resources, closed over the fields that are used here.

Written after the Go types of KServe 0.15 (pkg/apis/serving): what they do not name
is refused. Containers and what else comes from a pod is left open and checked as the
pod that KServe makes of it, see `pods`.
"""

from typing import Any

from render import Object

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_TEXTS = {"type": "object", "additionalProperties": _TEXT}

# Fields of a pod that stand among the others.
POD_FIELDS = {
    "automountServiceAccountToken",
    "containers",
    "enableServiceLinks",
    "nodeSelector",
    "securityContext",
    "terminationGracePeriodSeconds",
}


def _closed(required: list[str], **properties: Any) -> Object:
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


_METADATA = _closed(
    ["name"], name=_TEXT, namespace=_TEXT, labels=_TEXTS, annotations=_TEXTS
)

_METRIC = _closed(
    ["type", "external"],
    type={"const": "External"},
    external=_closed(
        ["metric", "target"],
        metric=_closed(
            ["backend", "serverAddress", "query"],
            backend={"enum": ["prometheus", "graphite"]},
            serverAddress=_TEXT,
            query=_TEXT,
        ),
        target=_closed(
            ["type", "value"],
            type={"enum": ["Value", "AverageValue"]},
            value={"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?m?$"},
        ),
    ),
)

_MODEL = _closed(
    ["modelFormat"],
    runtime=_TEXT,
    modelFormat=_closed(["name"], name=_TEXT, version=_TEXT),
    protocolVersion={"enum": ["v1", "v2", "grpc-v1", "grpc-v2"]},
    storageUri={
        "type": "string",
        "pattern": "^(pvc|s3|gs|hdfs|webhdfs|https?|oci|hf)://",
    },
)

_PREDICTOR = _closed(
    [],
    minReplicas=_COUNT,
    maxReplicas=_COUNT,
    timeout=_COUNT,
    labels=_TEXTS,
    annotations=_TEXTS,
    deploymentStrategy={"type": "object"},
    autoScaling=_closed(["metrics"], metrics={"type": "array", "items": _METRIC}),
    model=_MODEL,
    **{field: {} for field in POD_FIELDS},
)

_RUNTIME = _closed(
    ["containers"],
    supportedModelFormats={
        "type": "array",
        "items": _closed(
            ["name"],
            name=_TEXT,
            version=_TEXT,
            autoSelect={"type": "boolean"},
            priority={"type": "integer", "minimum": 1},
        ),
    },
    protocolVersions={
        "type": "array",
        "items": {"enum": ["v1", "v2", "grpc-v1", "grpc-v2"]},
    },
    multiModel={"type": "boolean"},
    disabled={"type": "boolean"},
    containers={"type": "array", "minItems": 1},
    nodeSelector=_TEXTS,
    labels=_TEXTS,
    annotations=_TEXTS,
)


def _kind(api_version: str, kind: str, spec: Object) -> Object:
    return _closed(
        ["apiVersion", "kind", "metadata", "spec"],
        apiVersion={"const": f"serving.kserve.io/{api_version}"},
        kind={"const": kind},
        metadata=_METADATA,
        spec=spec,
    )


SCHEMAS = {
    "InferenceService": _kind(
        "v1beta1", "InferenceService", _closed(["predictor"], predictor=_PREDICTOR)
    ),
    "ServingRuntime": _kind("v1alpha1", "ServingRuntime", _RUNTIME),
}


def pods(objects: list[Object]) -> list[Object]:
    """The pods that KServe makes of a runtime, a service, or both together."""
    runtimes = {x["metadata"]["name"]: x for x in objects if x["kind"] in RUNTIMES}
    made = []
    for service in objects:
        if service["kind"] != "InferenceService":
            continue
        predictor = service["spec"]["predictor"]
        runtime: Object = {}
        if "model" in predictor:
            runtime = runtimes[predictor["model"]["runtime"]]["spec"]
        merged = {**runtime, **predictor}
        made.append(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {
                    "name": service["metadata"]["name"],
                    "labels": merged.get("labels", {}),
                },
                "spec": {key: merged[key] for key in POD_FIELDS if key in merged},
            }
        )
    return made


RUNTIMES = {"ServingRuntime", "ClusterServingRuntime"}
