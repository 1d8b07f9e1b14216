"""Changes the rules one operator, number or word at a time, and lists the changes that no unit test finds.

    python -m tests.mutants                      # everything in PARTS: more than an hour on two processors
    python -m tests.mutants domain/reconcile     # one module, or a folder of them

mutmut does the work in .local/mutants, on a copy. Mutants that mypy refuses are not run. Survivors that stand in
`survivors.txt` with their reason were looked at; a new one ends the run with an error.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.survivors import LIST, Survivor, compare, read_survivors, survivor_of

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".local" / "mutants"
PARTS = {
    "domain": (["tests/unit/domain"], ["tests/unit/domain", "tests/unit/services"]),
    "services/imports/replay": (["tests/unit/services/imports/replay"], ["tests/unit/services/imports"]),
    **dict.fromkeys(
        (
            f"intake/{module}"
            for module in ("cells/dates", "date_order", "cells/durations", "header", "guess", "row_reader", "evidence")
        ),
        (["tests/unit/intake"], ["tests/unit/intake"]),
    ),
}
"""What is mutated, with the tests that run first and those that run on what survives these and is not listed.

Of either, mutmut runs those that call the mutated function.
"""
_SURVIVED, _NO_TESTS = 0, 33


def main(module: str = "", jobs: str = "") -> None:
    """Run the parts within `module`, or the part that it is in, on `jobs` processors."""
    parts, targets = choose(module)
    first, then = (sorted({test for part in parts for test in PARTS[part][turn]}) for turn in (0, 1))
    _prepare()
    _run_mutmut(_configuration(targets, first, check_types=True), jobs)
    survivors, listed = _read_survivors(), LIST.read_text(encoding="utf-8")
    known = read_survivors(listed)
    looked_at = {name: one for name, one in survivors.items() if one in known}
    rest = survivors.keys() - looked_at.keys()
    if rest and first != then:
        _run_mutmut(_configuration(targets, then, check_types=False), jobs, *sorted(rest))
        survivors = looked_at | {name: one for name, one in _read_survivors().items() if name in rest}
    new, report = compare(survivors.values(), listed, targets)
    sys.stdout.write(report)
    sys.exit(1 if new else 0)


def choose(module: str) -> tuple[list[str], list[str]]:
    """The parts, and what of them is mutated; ends with an error if that is nothing, or does not exist."""
    parts = [part for part in PARTS if f"{part}/".startswith(module) or module.startswith(f"{part}/")]
    if not parts:
        sys.exit(f"No part of {module} is mutated. These are: {', '.join(PARTS)}, and every module in them.")
    targets = [max(part, module) for part in parts]
    for target in targets:
        if not (ROOT / _path(target)).exists():
            sys.exit(f"There is no {_path(target)}.")
    return parts, targets


def _path(target: str) -> str:
    path = f"chalicelib/{target}"
    return path if (ROOT / path).is_dir() else f"{path}.py"


def _prepare() -> None:
    """A folder of its own for mutmut, which copies what it mutates and reads its configuration from where it runs."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    for name in ("chalicelib", "docs", "infra", "tests"):
        (WORK / name).symlink_to(ROOT / name)
    os.chdir(WORK)


def _configuration(targets: Sequence[str], tests: Sequence[str], *, check_types: bool) -> str:
    """The project's configuration, and mutmut's."""
    paths = [_path(target) for target in targets]
    return (
        (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        + f"""
[tool.mutmut]
source_paths = ["chalicelib"]
only_mutate = {[path if path.endswith(".py") else f"{path}/*.py" for path in paths]}
also_copy = ["docs", "infra"]
pytest_add_cli_args = ["-p", "tests.mutants.in_a_hurry", "-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = {tests}
do_not_mutate_patterns = ["raise ValueError"]
type_check_command = {["mypy", *paths, "--no-warn-unused-ignores", "--output", "json"] if check_types else []}
on_dependency_change = "ignore"
"""
    )


def _run_mutmut(configuration: str, jobs: str, *names: str) -> None:
    """All mutants, or those with these names."""
    (WORK / "pyproject.toml").write_text(configuration, encoding="utf-8")
    tools = Path(sys.executable).parent
    command = [str(tools / "mutmut"), "run", *(("--max-children", jobs) if jobs else ()), *names]
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    if failed := subprocess.run(command, env={**os.environ, "PATH": path}, check=False).returncode:
        sys.exit(failed)


def _read_survivors() -> dict[str, Survivor]:
    """The survivors of mutmut's run by their names, from what it keeps of it."""
    from mutmut.mutation.data import SourceFileMutationData  # noqa: PLC0415 - reads its configuration from here
    from mutmut.mutation.diff_apply import get_diff_for_mutant  # noqa: PLC0415
    from mutmut.utils.file_utils import walk_mutatable_files  # noqa: PLC0415

    found = {}
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            if code in (_SURVIVED, _NO_TESTS):
                found[name] = survivor_of(name, get_diff_for_mutant(name, path=path))
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
