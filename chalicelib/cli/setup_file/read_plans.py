"""Reads a file of plans: names, each with terms as in `setup.yaml` (docs/cli.md, "Figures")."""

import yaml

from chalicelib.cli.setup_file import scalars
from chalicelib.cli.setup_file.read_terms import read_version
from chalicelib.cli.setup_file.sections import Section
from chalicelib.cli.setup_file.shaped import Unreadable
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.names import fold
from chalicelib.domain.terms import Terms
from chalicelib.services.cycles.compare_plans import AGREED
from chalicelib.services.setup.declared import Place, SetupProblem

_SHAPE = "A file of plans is written as `name:` with the plan's terms below it; `hourtab statement --help` shows one."


class PlansProblemError(HourTabError):
    """The file cannot be used; `problems` say where and why, in file order."""

    def __init__(self, problems: tuple[SetupProblem, ...]) -> None:
        first, *others = problems
        more = f" ({len(others)} more: {', '.join(f'line {one.place.line}' for one in others)})" if others else ""
        super().__init__(f"Line {first.place.line}, column {first.place.column}: {first.text}{more}")
        self.problems = problems


def read_plans(document: str | bytes, currency: str) -> dict[str, Terms]:
    """The terms of each plan by its name, amounts in `currency`. Raises PlansProblemError."""
    try:
        node = yaml.compose(document, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        raise PlansProblemError((SetupProblem(Place(1, 1), f"This is not YAML. {_SHAPE}"),)) from None
    if not isinstance(node, yaml.MappingNode) or not node.value:
        raise PlansProblemError((SetupProblem(Place(1, 1), _SHAPE),))
    problems: set[SetupProblem] = set()
    plans = dict[str, Terms]()
    for key, value in node.value:
        place = Place(key.start_mark.line + 1, key.start_mark.column + 1)
        try:
            name = scalars.text(key)
        except Unreadable as problem:
            problems.add(SetupProblem(place, str(problem)))
            continue
        section = Section(value, "terms", f"the plan `{name}`", problems)
        if "effective_from" in section:
            section.add("A plan holds for the whole time; leave out `effective_from`.", "effective_from")
        if fold(name) == AGREED:
            problems.add(
                SetupProblem(place, f"`{AGREED}` stands for the retainer's own terms; name the plan otherwise.")
            )
        if name in plans:
            problems.add(SetupProblem(place, f"The plan `{name}` is given twice; keep one of them."))
        plans[name] = read_version(section, currency)
    if problems:
        raise PlansProblemError(tuple(sorted(problems)))
    return plans
