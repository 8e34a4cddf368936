"""The real binaries: what a caller and an operator see of them.

Every test talks to an `emotion-server` process over loopback, on ports that the
kernel chose, or runs `emotion-client` against one. They find the binaries and the
model package through the environment variables EMOTION_SERVER, EMOTION_CLIENT and
EMOTION_MODEL, or where `./dev build` leaves them. All waits are bounded and end on
a condition, never on a time.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for _folder in (ROOT / "model", ROOT / "tests" / "model"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))
