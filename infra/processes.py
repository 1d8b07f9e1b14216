"""The running processes with their command lines, by which we recognise our own."""

import subprocess
from pathlib import Path

_PROC = Path("/proc")


def command_lines() -> dict[int, str]:
    """Process id → command line, of all processes that have not ended."""
    if not (_PROC / "self" / "cmdline").exists():
        return _listed_by_ps()
    found = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:  # ended meanwhile, or not ours to read
                continue
    return found


def _listed_by_ps() -> dict[int, str]:
    """The same on systems without /proc, such as macOS."""
    command = ["/bin/ps", "-wwA", "-o", "pid=,command="]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - fixed words
    pairs = (line.split(maxsplit=1) for line in listed.splitlines())
    return {int(pid): command[0] if command else "" for pid, *command in pairs}
