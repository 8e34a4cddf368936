"""Commands with verbs, each a module that is imported only when it is asked for.

A verb's module has `add_arguments(parser)` and `run(options)`, which returns the exit
code; its docstring is the verb's help.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from emotion_model.errors import ModelError


@dataclass(frozen=True, kw_only=True)
class Verb:
    """What a command can do."""

    name: str
    # A sentence for the list of verbs.
    help: str
    # Of the verb's module; empty if it has verbs of its own.
    module: str = ""
    verbs: tuple["Verb", ...] = ()


def run_verb(
    verbs: Sequence[Verb], prog: str, description: str, arguments: Sequence[str]
) -> int:
    """Runs the verb that `arguments` begin with.

    Returns:
        The verb's exit code, or 2 after a ModelError or an OSError, which is printed.

    Raises:
        SystemExit: after --help, or with 2 for arguments that the verb does not take.
    """
    parser = argparse.ArgumentParser(prog=prog, description=description)
    parsers = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    for verb in verbs:
        own = parsers.add_parser(
            verb.name,
            help=verb.help,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if arguments and arguments[0] == verb.name:
            if verb.verbs:
                inner = f"{prog} {verb.name}"
                return run_verb(verb.verbs, inner, verb.help, arguments[1:])
            module = importlib.import_module(verb.module)
            own.description = module.__doc__
            module.add_arguments(own)
            own.set_defaults(run=module.run)
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
    except (ModelError, OSError) as error:
        print(f"{options.verb}: {error}", file=sys.stderr)
        return 2
    return code
