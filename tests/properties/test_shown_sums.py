"""What is shown as a sum adds up as it is shown, on the page, on its year and in the files, whatever the retainer."""

import csv
import io
from datetime import UTC, datetime, time

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from chalicelib.domain.ids import ClientId
from chalicelib.domain.quantities import HOUR, round_ratio
from chalicelib.domain.retainer import Client, HoursFormat
from chalicelib.domain.statements import statements
from chalicelib.services.cycles.read_balance import ClientBalance, RetainerBalance
from chalicelib.web.page.balance_json import balance_json
from chalicelib.web.page.build_view import build_page
from chalicelib.web.page.build_year import build_year
from chalicelib.web.page.work_log_csv import work_log_text
from chalicelib.words.formats import Formats, locale_of
from chalicelib.words.texts import texts_in
from tests.effort import tries
from tests.properties.test_same_numbers import LOCALES, seconds_of
from tests.unit.domain.strategies import books


class Reader:
    """Reads the hours that a client sees, as seconds."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.formats = Formats.for_client(client)
        symbols = locale_of(client.locale).number_symbols["latn"]
        self.point, self.group, self.minus = symbols["decimal"], symbols["group"], symbols["minusSign"]

    def __call__(self, text: str, *, to_the_second: bool = False) -> int:
        text = text.removesuffix(" h").replace("\N{MINUS SIGN}", "-").replace(self.minus, "-").replace(self.group, "")
        sign, text = (-1, text[1:]) if text.startswith("-") else (1, text)
        if ":" in text:
            hours, minutes, *seconds = map(int, text.split(":"))
            exact = sign * (hours * HOUR + minutes * 60 + sum(seconds))
            # What would read 0.00 or 0:00 is shown to the second, and is nothing in a sum of rounded hours.
            return 0 if seconds and not to_the_second else exact
        whole, _, part = text.partition(self.point)
        return sign * (int(whole) * HOUR + int((part or "0").ljust(2, "0")) * 36)

    def is_rounding(self, seconds: int, count: int) -> bool:
        """Whether so many figures and their sum, each rounded to the nearest, may differ by as much."""
        return 2 * abs(seconds) <= (count + 1) * self.unit

    @property
    def unit(self) -> int:
        return 60 if self.client.hours_format is HoursFormat.CLOCK else 36

    def shown(self, seconds: int) -> int:
        return round_ratio(seconds, self.unit) * self.unit


def total(read: Reader, steps, *, to_the_second: bool = False) -> int:
    signed = (((-1 if one.sign == "\N{MINUS SIGN}" else 1), one.hours) for one in steps)
    return sum(sign * read(hours, to_the_second=to_the_second) for sign, hours in signed)


@settings(max_examples=tries(400), deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(books(), st.sampled_from(LOCALES), st.sampled_from(HoursFormat), st.booleans())
def test_sums_add_up_as_they_are_shown(drawn, locale, hours_format, by_ticket):
    retainer, ledgers, today = drawn
    shown = RetainerBalance(retainer, today, statements(retainer, ledgers, today))
    assume(shown.current is not None and shown.has_begun)
    client = Client(ClientId("acme"), "Acme", locale, hours_format=hours_format, tickets_together=by_ticket)
    balance = ClientBalance(client, (shown,), datetime.combine(today, time(12), UTC))
    read, texts = Reader(client), texts_in(locale[:2])
    for cycle in (None, *(one.period.start for one in shown.statements[:-1])):
        view = build_page(balance, "token", cycle=cycle)
        [of] = view.retainers
        if of.making:
            *parts, result = of.making.steps
            exact = hours_format is HoursFormat.CLOCK
            roundings = [read(step.hours) for step in parts if step.name == texts.rounding_line]
            assert read.is_rounding(sum(roundings), len(parts)), of.making.steps
            assert total(read, parts, to_the_second=exact) == read(result.hours, to_the_second=exact), of.making.steps
        figures = balance_json(balance, cycle=cycle)["retainers"][0]
        if cycle is not None:
            figures = {**figures, **figures["past_cycles"][0]}
        for log in of.logs:
            for week in log.weeks:
                counted = [row for row in week.rows if not row.is_project]
                lacking = read(week.rounding) if week.rounding else 0
                assert read.is_rounding(lacking, len(counted)), week
                assert sum(read(row.hours) for row in counted) + lacking == read(week.sum), week
            if log.closing:
                *more, (_, used) = log.closing
                assert sum(read(week.sum) for week in log.weeks) + sum(read(hours) for _, hours in more) == read(used)
        assert_facts(of.facts, figures, read, texts)
        if of.logs:
            used = figures["used_seconds"]
            assert read({fact.name: fact.lines[0][0] for fact in of.facts}[texts.used]) == read.shown(used)
    for year in shown.years:
        assert_year(balance, year, read)


def assert_facts(facts, figures, read, texts):
    """What is granted, less what is taken, is what is left; what is left is what became of it."""
    signs = {
        **dict.fromkeys((texts.included, texts.carried, texts.topped_up, texts.corrected, texts.rounding_line), 1),
        **dict.fromkeys((texts.expired, texts.deducted, texts.used), -1),
    }
    ends = {texts.carried_on, texts.forfeited, texts.capped}
    shown = [(fact.name, sum(read(hours) for hours, _ in fact.lines)) for fact in facts if fact.lines]
    roundings = [abs(seconds) for name, seconds in shown if name == texts.rounding_line]
    assert read.is_rounding(sum(roundings), sum(len(fact.lines) for fact in facts)), facts
    last = next((place for place, (name, _) in enumerate(shown) if name in ends), len(shown))
    left = figures["remaining_seconds"]
    if sum(figures[f"{name}_seconds"] for name in ("allotment", "carried", "topped_up", "corrected")) > 0:
        assert sum(signs.get(name, 0) * seconds for name, seconds in shown[:last]) == read.shown(left), facts
    if last < len(shown):
        assert sum(seconds for _, seconds in shown[last:]) == read.shown(left + figures["overage_seconds"]), facts


def assert_year(balance, year, read):
    [of] = build_year(balance, year)
    if not of.cycles:
        return
    [json] = balance_json(balance, year)["retainers"]
    cycles = json["past_cycles"] + ([json] if json["cycle"]["start"].startswith(str(year)) else [])
    used = sum(one["used_seconds"] for one in cycles)
    assert read(of.big) == read.shown(used)
    rows = csv.DictReader(io.StringIO(work_log_text(balance, year).removeprefix("\N{BYTE ORDER MARK}")))
    assert used == sum(seconds_of(row["Accounted"]) for row in rows if row["Pool"] == "retainer")
    *parts, result = of.steps
    assert total(read, parts) == read(result.hours), of.steps
    sums = of.totals[-1][1]
    for column in range(3):
        lines = [*(row.hours[column] for row in of.cycles), *(hours[column] for _, hours in of.totals[:-1])]
        assert sum(map(read, lines)) == read(sums[column])
    assert read(sums[1]) == read.shown(used)
    assert read(sums[2]) == read.shown(sum(one["overage_seconds"] for one in cycles))
    for each in of.breakdowns:
        assert sum(read(row.hours) for row in each.rows) == read(each.total) == read.shown(used), each
