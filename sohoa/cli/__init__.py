"""The command line `sohoa`: parse, call, print. Help and answers in Vietnamese, in English with `--lang en`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Entry point. The language is chosen before the commands are imported, since their help texts are in it."""
    from sohoa.language import use_language

    use_language("en" if _wanted_language(sys.argv[1:], os.environ.get("SOHOA_LANG", "vi")) == "en" else "vi")
    from sohoa.cli.app import run

    sys.exit(run())


def _wanted_language(arguments: list[str], default: str) -> str:
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
        if argument == "--lang" and position + 1 < len(arguments):
            return arguments[position + 1]
    return default
