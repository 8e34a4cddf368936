"""Rules, alerts and the dashboard: their names, their tests, and a real Prometheus."""

import sys

from end_to_end import ROOT

if str(ROOT / "deploy" / "monitoring") not in sys.path:
    sys.path.append(str(ROOT / "deploy" / "monitoring"))
