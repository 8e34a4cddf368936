"""A model taught somebody's own labels is served as it was measured."""

from pathlib import Path

import made_up

from emotion_model.__main__ import main
from emotion_model.checkpoint.source import Source
from end_to_end.wire import Connection, messages
from support.server import serving

MEANS = {"others": "meh", "happy": "good", "sad": "bad", "angry": "bad"}
TINY = [
    "shape.num_hidden_layers=2",
    "shape.hidden_size=64",
    "shape.embedding_size=32",
    "shape.intra_bottleneck_size=32",
    "shape.intermediate_size=64",
    "shape.num_feedforward_networks=2",
    "shape.max_position_embeddings=64",
    "max_tokens=64",
    "max_turns=2",
    "plan.epochs=10",
    "plan.learning_rate=2e-3",
]


def write(path: Path, count: int, seed: int) -> Path:
    """Made-up dialogues of two turns under labels of one's own."""
    rows = made_up.rows(count, seed, turns=2)
    lines = ["\t".join([*cells[:-1], MEANS[cells[-1]]]) for cells in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_model_of_ones_own_labels_is_trained_packaged_and_served(
    server_binary: Path, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    base.mkdir()
    pieces = "".join(f"{piece}\n" for piece in made_up.vocabulary())
    (base / "vocab.txt").write_text(pieces, encoding="utf-8")
    arguments = [
        "fresh",
        f"--train={write(tmp_path / 'mine.tsv', 200, 0)}",
        f"--dev={write(tmp_path / 'mine-dev.tsv', 60, 1)}",
        "--labels=meh,good,bad",
        "--neutral=meh",
        "--name=mine",
        f"--out={tmp_path / 'out'}",
        f"--base={base}",
        "--precision=fp32",
    ]
    for change in TINY:
        arguments += ["--set", change]
    assert main(["train", *arguments]) == 0
    source = Source.read(tmp_path / "out" / "source")
    with (
        serving(server_binary, tmp_path / "out" / "package") as server,
        Connection(server.address) as connection,
    ):
        info = connection.stub.GetModelInfo(messages.GetModelInfoRequest(), timeout=60)
        assert info.model.name == "mine"
        assert [label.name for label in info.labels] == ["meh", "good", "bad"]
        for text, label in (
            ("i love it", "good"),
            ("shut up", "bad"),
            ("tell me more", "meh"),
        ):
            assert connection.classify(["hello", text]).label == label
    assert source.metrics["held_out_micro_f1"] > 0.9
