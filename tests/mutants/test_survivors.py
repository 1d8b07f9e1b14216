"""The list of survivors: a mutant is known by what it changes, not by its number."""

import re

import pytest

from tests.mutants.__main__ import PARTS, choose
from tests.mutants.survivors import LIST, Survivor, compare, read_survivors, survivor_of

DIFF = """\
--- chalicelib/domain/calendar.py
+++ chalicelib/domain/calendar.py
@@ -1,3 +1,3 @@
-def x_period_of__mutmut_orig(of, day):
+def x_period_of__mutmut_3(of, day):
     months = 1
-    if day < of.starts_on:
+    if day <= of.starts_on:
         return None
"""
KNOWN = Survivor("domain.calendar.period_of", "if day < of.starts_on:", "if day <= of.starts_on:")


def test_a_mutant_is_named_by_its_function_and_the_lines_that_it_changes():
    method = "chalicelib.domain.match_table.xǁMatchTableǁtake__mutmut_12"

    assert KNOWN == survivor_of("chalicelib.domain.calendar.x_period_of__mutmut_3", DIFF)
    assert "domain.match_table.MatchTable.take" == survivor_of(method, DIFF).function
    assert "domain.calendar._boundary" == survivor_of("chalicelib.domain.calendar.x__boundary__mutmut_1", DIFF).function


def test_a_listed_survivor_is_no_news_and_one_that_is_killed_by_now_is_reported():
    listed = f"# Head\n\n{KNOWN}why: the first day begins a cycle anyway\n"
    other = KNOWN._replace(added="if day != of.starts_on:")

    new, report = compare([KNOWN, other], listed, ["domain"])
    killed, gone = compare([], listed, ["domain/calendar"])
    _, of_another_run = compare([], listed, ["intake/cells/dates"])

    assert [other] == new
    assert "2 mutants survived, 1 of them listed" in report
    assert ([], True) == (killed, str(KNOWN) in gone)
    assert "No longer" not in of_another_run


def test_every_listed_survivor_has_its_reason():
    assert [] == [one for one, why in read_survivors(LIST.read_text(encoding="utf-8")).items() if len(why) < 10]


def test_every_part_that_is_mutated_exists():
    assert (list(PARTS), list(PARTS)) == choose("")


@pytest.mark.parametrize(
    ("module", "says"),
    [
        ("intake/evidence/nothing", "There is no chalicelib/intake/evidence/nothing.py."),
        ("intake/nothing", "No part of intake/nothing is mutated."),
    ],
)
def test_a_module_that_does_not_exist_ends_the_run_with_an_error(module, says):
    with pytest.raises(SystemExit, match=re.escape(says)):
        choose(module)
