"""python -m servers: measures, and writes results.json, README.md and plots."""

from servers.compare import main

main()
