import json
import re
from dataclasses import replace
from pathlib import Path

from chalicelib.domain.cycle import Figures
from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import CycleId
from chalicelib.services.store.approvals import ClientApprovals
from chalicelib.web.page.balance_json import balance_json, balance_text
from tests.builders import asked, day, entry, hours, ledger, retainer, rule, settled, terms, top_up
from tests.unit.web.page.samples import ADVISORY, CLIENT, HELPDESK, advisory, helpdesk, sample, seeblick

DOC = Path(__file__).parents[4] / "docs" / "balance-json.md"
FIGURES = tuple(f"{name}" for name in Figures.__dataclass_fields__)


def keys_of(value: object, path: str = "") -> set[str]:
    """Every path of a document, with `[]` for lists, as the documentation writes them."""
    if isinstance(value, dict):
        inner = {path} if path else set()
        return inner.union(*(keys_of(each, f"{path}.{key}" if path else key) for key, each in value.items()))
    if isinstance(value, list):
        return {f"{path}[]"}.union(*(keys_of(each, f"{path}[]") for each in value))
    return {path}


def topped_up():
    """The sample, with two hours bought for November, and hours beyond that were approved."""
    one = seeblick()
    november = CycleId(ADVISORY, day("2026-11-01"))
    bought = replace(one.ledger.cycles[november], top_ups=(top_up("2026-11-02", "2"),))
    one.ledger.cycles[november] = bought
    approval = settled(asked("2026-11-03", "1:00", of=ADVISORY))
    one.ledger.approvals[CLIENT] = ClientApprovals(CLIENT, (approval,))
    return one


def test_the_manual_names_exactly_the_fields_that_are_written():
    documented = set(re.findall(r"^\| `([^`]+)` \|", DOC.read_text("utf-8"), re.MULTILINE))
    written = keys_of(balance_json(topped_up().balance()))
    past = {name for name in written if name.startswith("retainers[].past_cycles[].")}
    containers = {
        "client",
        "retainers[].entries[].draws[]",
        "retainers[].lots[]",
        "retainers[].top_ups[]",
        "retainers[].entries[]",
        "retainers[]",
    }

    assert documented - containers == written - past - containers
    assert {name.replace(".past_cycles[]", "") for name in past} <= documented


def test_the_figures_of_the_current_cycle_are_integers_in_seconds():
    helpdesk_now = balance_json(seeblick().balance())["retainers"][0]

    assert {
        "allotment_seconds": hours("20"),
        "carried_seconds": hours("3"),
        "topped_up_seconds": 0,
        "corrected_seconds": 0,
        "deducted_seconds": 0,
        "expired_seconds": 0,
        "used_seconds": hours("16.25"),
        "remaining_seconds": hours("6.75"),
        "overage_seconds": 0,
        "project_seconds": hours("14"),
    } == {name: helpdesk_now[name] for name in FIGURES}


def test_a_retainer_that_is_over_has_a_negative_rest():
    over = balance_json(seeblick().balance())["retainers"][1]

    assert (-hours("1.5"), hours("1.5")) == (over["remaining_seconds"], over["overage_seconds"])


def test_used_is_the_accounted_time_of_the_entries_in_the_retainer_pool():
    november = [
        one for one in balance_json(seeblick().balance())["retainers"][0]["entries"] if one["cycle"] == "2026-11-01"
    ]

    assert hours("16.25") == sum(one["accounted_seconds"] for one in november)
    assert hours("30.25") == sum(one["actual_seconds"] for one in november)


def test_past_cycles_come_newest_first_and_are_twelve_at_most():
    earlier = helpdesk(starts_on=retainer(starts="2025-01-01").starts_on)
    past = balance_json(sample(earlier).balance())["retainers"][0]["past_cycles"]

    assert ("2026-10-01", "2025-11-01", 12) == (past[0]["cycle"]["start"], past[-1]["cycle"]["start"], len(past))


def test_a_year_chooses_its_cycles_and_leaves_the_figures_of_today():
    document = balance_json(seeblick().balance(), 2025)["retainers"][0]

    assert ["2025-12-01"] == [one["cycle"]["start"] for one in document["past_cycles"]]
    assert {"2025-12-01"} == {one["cycle"] for one in document["entries"]}
    assert hours("6.75") == document["remaining_seconds"]


def test_a_cycle_is_chosen_by_its_first_day_and_leaves_the_figures_of_today():
    document = balance_json(seeblick().balance(), 2025, day("2026-09-01"))["retainers"][0]

    assert ["2026-09-01"] == [one["cycle"]["start"] for one in document["past_cycles"]]
    assert ["2026-09-01"] * 4 == [one["cycle"] for one in document["entries"]]
    assert hours("6.75") == document["remaining_seconds"]


def test_two_years_never_share_an_entry():
    years = [balance_json(seeblick().balance(), year)["retainers"][0]["entries"] for year in (2025, 2026)]

    assert {"2025-12"} == {one["date"][:7] for one in years[0]}
    assert 12 - 1 == len({one["date"][:7] for one in years[1]})


def test_a_correction_names_the_lot_that_holds_what_it_gave_back():
    work = [entry("2026-11-02", "3:00"), entry("2026-11-03", "-1:00")]
    one = sample(helpdesk(), cycles=[ledger("2026-11-01", work, of=HELPDESK)])
    document = balance_json(one.balance())["retainers"][0]
    given_back, worked = document["entries"]

    assert (0, None) == (worked["given_back_seconds"], worked["correction_lot"])
    assert [(given_back["correction_lot"], given_back["given_back_seconds"])] == [
        (lot["id"], lot["seconds"]) for lot in document["lots"] if lot["origin"] == "correction"
    ]


def test_excluded_work_is_not_listed():
    work = [entry("2026-11-02", "1:00", pool=Pool.EXCLUDED, reason="Travel"), entry("2026-11-03", "2:00")]
    one = sample(helpdesk(), cycles=[ledger("2026-11-01", work, of=HELPDESK)])

    assert ["2026-11-03"] == [each["date"] for each in balance_json(one.balance())["retainers"][0]["entries"]]


def test_a_lot_is_the_sum_of_what_became_of_it():
    parts = ("drawn", "deducted", "expired", "forfeited", "capped", "remaining")
    lots = [lot for one in balance_json(seeblick().balance())["retainers"][0]["past_cycles"] for lot in one["lots"]]

    assert [lot["seconds"] for lot in lots] == [sum(lot[f"{part}_seconds"] for part in parts) for lot in lots]


def test_the_sentence_is_in_the_clients_language():
    texts = [
        balance_json(seeblick(locale=locale).balance())["retainers"][0]["carry_over"] for locale in ("en", "de-DE")
    ]

    assert [
        "Unused hours carry over for up to 2 months, at most 10 h.",
        "Nicht genutzte Stunden bleiben bis zu 2 Monate erhalten, höchstens 10 h.",
    ] == texts


def test_as_of_is_an_instant_in_utc_or_nothing():
    assert "2026-11-22T08:14:00Z" == json.loads(balance_text(seeblick().balance()))["as_of"]
    assert json.loads(balance_text(seeblick(as_of=None).balance()))["as_of"] is None


def test_a_retainer_that_has_not_begun_shows_its_first_cycle():
    later = advisory(starts_on=retainer(starts="2027-01-01").starts_on)
    document = balance_json(sample(later).balance())["retainers"][0]

    assert ("2027-01-01", [], []) == (document["cycle"]["start"], document["entries"], document["past_cycles"])


def test_deducted_overruns_are_part_of_the_sentence():
    both = retainer(terms(carry_over=rule(carry=True, deduct=True)), retainer_id=HELPDESK)

    assert (
        "Unused hours carry over and do not expire; hours beyond the retainer are taken off the following months."
        == balance_json(sample(both).balance())["retainers"][0]["carry_over"]
    )
