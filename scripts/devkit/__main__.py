"""Command line of the tooling; ``make help`` tells what each command is for."""

import argparse
import signal
import sys

from . import commands
from .console import Failure, say


def parse(arguments):
    """Answer the parsed command line."""
    parser = argparse.ArgumentParser(prog="python3 -m scripts.devkit", description=__doc__)
    parsers = parser.add_subparsers(dest="command", required=True)
    for name, command in commands.COMMANDS.items():
        sub = parsers.add_parser(name, help=command.__doc__)
        for flags, options in commands.ARGUMENTS.get(name, ()):
            sub.add_argument(*flags, **options)
    return parser.parse_args(arguments)


def main():
    """Run one command; what can't be had ends in one line."""
    options = vars(parse(sys.argv[1:]))
    for number in (signal.SIGTERM, signal.SIGHUP):
        # Being ended tidies up just as an interrupt at the keyboard does.
        signal.signal(number, signal.default_int_handler)
    try:
        return commands.COMMANDS[options.pop("command")](**options)
    except Failure as failure:
        say(f"error: {failure}")
        return 1
    except KeyboardInterrupt:
        say("stopped")
        return 130


if __name__ == "__main__":
    sys.exit(main())
