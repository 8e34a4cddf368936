"""Capacity planning: the simulation against arithmetic, the tool against a server."""

import sys

from end_to_end import ROOT

if str(ROOT / "deploy") not in sys.path:
    sys.path.append(str(ROOT / "deploy"))
