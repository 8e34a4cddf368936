"""Runs the command line."""

import sys

from capacity.command import run

sys.exit(run(sys.argv[1:]))
