"""`hourtab` in a process of its own that need not load it: loading takes longer than most commands.

One server per process of tests loads the command line; each command is run by a fork of it, in the folder and with
the environment that it is given, and leaves with its exit code as any process does.
"""

import os
import sys
from multiprocessing import get_context
from pathlib import Path
from pkgutil import walk_packages
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

import chalicelib

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        *(module.name for module in walk_packages(chalicelib.__path__, "chalicelib.")),
        *("botocore.auth", "botocore.client", "botocore.httpsession", "botocore.session"),
    ]
)


def run_hourtab(folder: Path, *arguments: str) -> "CompletedProcess[str]":
    """Run the command line in `folder`; the answer has its output and its exit code."""
    with TemporaryDirectory() as scratch:
        out, err = Path(scratch, "out"), Path(scratch, "err")
        process = _FORKS.Process(target=_run, args=(arguments, folder, out, err, dict(os.environ)))
        process.start()
        process.join()
        code = process.exitcode
        process.close()
        return CompletedProcess(["hourtab", *arguments], code or 0, out.read_text(), err.read_text())


def _run(arguments: tuple[str, ...], folder: Path, out: Path, err: Path, environment: dict[str, str]) -> None:
    """In the fork: as if the command had been typed in `folder`."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for stream, file in ((1, out), (2, err)):
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(opened, stream)
        os.close(opened)
    sys.argv = ["hourtab", *arguments]
    from chalicelib.cli.main import main  # noqa: PLC0415 - loaded already

    main()
