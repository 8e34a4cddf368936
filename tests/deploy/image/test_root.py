"""The image's root: which libraries it takes, and how files get into it."""

from pathlib import Path

import pytest
from emotion_image import libraries
from emotion_image.tree import Tree

LDD = """\
\tlinux-vdso.so.1 (0x00007fff5d5f2000)
\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f4c5a000000)
\t/lib64/ld-linux-x86-64.so.2 (0x00007f4c5a400000)
"""


def test_what_ldd_prints_is_read() -> None:
    assert libraries.read_ldd(LDD) == {
        Path("/lib/x86_64-linux-gnu/libm.so.6"),
        Path("/lib64/ld-linux-x86-64.so.2"),
    }


def test_a_missing_library_is_told() -> None:
    with pytest.raises(libraries.MissingLibraryError, match="libnone"):
        libraries.read_ldd(LDD + "\tlibnone.so.1 => not found\n")


def test_a_file_comes_with_the_links_that_lead_to_it(tmp_path: Path) -> None:
    place = tmp_path / "machine"
    (place / "usr" / "lib").mkdir(parents=True)
    (place / "lib").symlink_to("usr/lib")
    (place / "usr/lib/libx.so.1.2").write_text("x")
    (place / "usr/lib/libx.so.1").symlink_to("libx.so.1.2")
    tree = Tree(tmp_path / "root")
    real = tree.mirror(place / "lib" / "libx.so.1")
    assert real == place / "usr/lib/libx.so.1.2"
    inside = tree.inside(place)
    assert str((inside / "lib").readlink()) == "usr/lib"
    assert str((inside / "usr/lib/libx.so.1").readlink()) == "libx.so.1.2"
    assert list(tree.files()) == [real]


def test_files_can_be_read_by_all_and_have_one_time(tmp_path: Path) -> None:
    source = tmp_path / "program"
    source.write_text("x")
    source.chmod(0o4700)
    tree = Tree(tmp_path / "root")
    tree.copy(source, Path("/usr/bin/program"))
    tree.write(Path("/etc/passwd"), "y")
    tree.link(Path("/bin"), "usr/bin")
    tree.close(1234)
    program = tree.inside(Path("/usr/bin/program"))
    assert program.stat().st_mode & 0o7777 == 0o755
    assert tree.inside(Path("/etc/passwd")).stat().st_mode & 0o7777 == 0o644
    for found in [*tree.root.rglob("*"), tree.root]:
        assert found.lstat().st_mtime == 1234
