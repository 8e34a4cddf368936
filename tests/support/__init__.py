"""What the suites, benchmarks and tools in Python share.

`process` starts and ends child processes, `server` emotion-server and programs that
stand in for it, `page` reads the metrics page, `usage` what processes use of the
machine, `load` runs `emotion-client load`.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
