"""How many replicas a rate of dialogues needs; see README.md beside this file.

The arrows: `cost` and `lengths` are nouns, `queue` asks the simulator for one replica,
`search` finds the highest rate that it bears, `plan` counts replicas, `measure` asks a
real server what things cost, `command` is the command line over all of it.
"""
