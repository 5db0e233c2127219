"""The sentence by which a command says why it does not do its work."""

import sys

#: Exit status of a command that could not do its work; 2 is that of a wrong command line.
REFUSED = 1


def sentence(error: Exception) -> str:
    """Return an error as one line.

    SQLAlchemy adds lines with the statement and a link, and the text of a KeyError is a key.
    """
    if isinstance(error, KeyError):
        return repr(error)
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else repr(error)


def refuse(program: str, error: Exception | str) -> int:
    """Write why a command does not do its work; return its exit status."""
    text = error if isinstance(error, str) else sentence(error)
    print(f"{program}: {text}", file=sys.stderr)
    return REFUSED
