"""Writes the dashboard to the file named."""

import sys
from pathlib import Path

from dashboard.document import text

Path(sys.argv[1]).write_text(text(), encoding="utf-8")
