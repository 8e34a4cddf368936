import json
from pathlib import Path

from servers.machine import describe


def test_the_model_is_described_with_all_its_precisions(tmp_path: Path) -> None:
    manifest = {
        "name": "chat",
        "model_version": "1.2.3",
        "precisions": {"fp32": {}, "int8": {}},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    about = describe(tmp_path, None)
    assert about["model"] == "chat 1.2.3 in fp32, int8"
    assert about["nvidia-pytriton"]
