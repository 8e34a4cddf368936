"""A derived model is the default one under other names and numbers."""

from dataclasses import replace
from pathlib import Path

import torch

from emotion_model.checkpoint.source import Source
from end_to_end.derived import DEFAULT_SOURCE, SECOND, write_source


def test_all_that_changes_is_what_things_are_called(tmp_path: Path) -> None:
    # All layers, so that both must give the same.
    write_source(replace(SECOND, layers=0), tmp_path)
    derived, default = Source.read(tmp_path), Source.read(DEFAULT_SOURCE)
    assert derived.model_version == SECOND.version
    assert derived.labels == tuple(own for own, _ in SECOND.labels)
    order = [default.labels.index(theirs) for _, theirs in SECOND.labels]
    for turns in default.golden[:4]:
        ids = derived.encoder().encode(turns)
        old_ids = default.encoder().encode(turns)
        assert ids.token_ids != old_ids.token_ids
        logits, old_logits = derived.logits(ids), default.logits(old_ids)
        for traffic, calibration in derived.traffics.items():
            expected = default.traffics[traffic].probabilities(old_logits)[order]
            found = calibration.probabilities(logits)
            assert torch.allclose(found, expected, atol=1e-5)


def test_layers_are_cut(tmp_path: Path) -> None:
    write_source(SECOND, tmp_path)
    settings = Source.read(tmp_path).checkpoint.settings
    assert settings.num_hidden_layers == SECOND.layers
