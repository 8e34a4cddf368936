import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS.parent / "model"), str(TESTS), str(TESTS / "bench")]
