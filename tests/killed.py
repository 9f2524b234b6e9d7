"""Runs a `vigie` command that dies by SIGKILL inside a step: `killed.py module:owner function nth verb...` kills the
process when it calls that function for the nth time, before the function does anything."""

import os
import pkgutil
import signal
import sys
from itertools import count

from vigie.cli import main


def killing_at(owner: object, function: str, nth: int) -> None:
    """Replaces `function` of `owner` by one whose nth call kills the process."""
    original = getattr(owner, function)
    calls = count(1)

    def call(*arguments: object, **named: object) -> object:
        if next(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **named)

    setattr(owner, function, call)


if __name__ == "__main__":
    _, path, name, number, *command = sys.argv
    killing_at(pkgutil.resolve_name(path), name, int(number))
    sys.argv = ["vigie", *command]
    main()
