from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from peers.plots import write_plots
from peers.test_report import RESULTS


def test_the_peers_have_a_picture_for_each_order_and_one_of_quality(
    tmp_path: Path,
) -> None:
    write_plots(RESULTS, tmp_path)
    pictures = {path.stem: path.read_text() for path in tmp_path.iterdir()}
    assert set(pictures) == {"arrival", "sorted", "quality"}
    for name, picture in pictures.items():
        shown = set(ElementTree.fromstring(picture).itertext())
        assert "this engine" in shown, name
        assert ("a peer" in shown) == (name != "quality"), name
        assert "P, 2 cpus, 2026-01-02" in shown, name
    arrival = ElementTree.fromstring(pictures["arrival"])
    assert "in order of arrival" in arrival.itertext()
    write_plots(RESULTS, tmp_path)
    for name, picture in pictures.items():
        assert (tmp_path / f"{name}.svg").read_text() == picture


def test_without_quality_there_is_no_picture_of_it(tmp_path: Path) -> None:
    results: dict[str, Any] = RESULTS | {"quality": {}}
    write_plots(results, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"arrival.svg", "sorted.svg"}
