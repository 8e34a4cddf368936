"""What deploy/ holds, tried as far as one machine can."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for _folder in (ROOT / "deploy", ROOT / "deploy" / "monitoring", ROOT / "model"):
    if str(_folder) not in sys.path:
        sys.path.append(str(_folder))
