import re
from decimal import Decimal
from itertools import product
from pathlib import Path
from string import Formatter

import pytest
from babel.core import Locale

from chalicelib.domain.retainer import CycleLength
from chalicelib.words.approval_texts import ApprovalTexts, approval_texts_in
from chalicelib.words.formats import LANGUAGES, Formats, locale_of
from chalicelib.words.sent_texts import SentTexts, sent_texts_in
from chalicelib.words.sentences import Localizer, describe
from chalicelib.words.texts import Counted, Texts, texts_in
from tests.builders import day, retainer, rounding, rule, terms

ROOT = Path(__file__).parents[3]
OPEN = day("2026-02-01")
"""The end of a cycle that others follow."""

FORFEIT_AND_DEDUCT = (
    "Unused hours are forfeited at the end of the month; hours beyond the retainer are taken off the following months."
)


def sentences(texts: Texts | SentTexts | ApprovalTexts) -> dict[str, str]:
    """Every text by its name, including those of cycles and counted things."""
    found: dict[str, str] = {}
    waiting = list(texts._asdict().items())
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, str):
            found |= {name: value} if value or "." not in name else {}  # a plural form that the language lacks
        else:
            parts = value if isinstance(value, dict) else dict(enumerate(value))
            waiting += [(f"{name}.{key}", each) for key, each in parts.items()]
    return found


def placeholders(sentence: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("catalogue", [texts_in, sent_texts_in, approval_texts_in])
def test_a_language_has_every_english_text_with_the_same_placeholders(catalogue, language):
    english, other = sentences(catalogue("en")), sentences(catalogue(language))

    assert {name: placeholders(text) for name, text in english.items()} == {
        name: placeholders(text) for name, text in other.items()
    }
    assert not [name for name, text in other.items() if not text.strip()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_names_its_own_language_and_every_length_of_cycle(language):
    texts = texts_in(language)

    assert (language, set(CycleLength)) == (texts.language, set(texts.cycles))


def test_a_count_takes_the_plural_form_of_the_language():
    days = Counted("{count} dzień", "{count} dnia", few="{count} dni", many="{count} dni")
    polish = Formats(Locale("pl"))

    assert ["1 dzień", "2 dni", "5 dni", "22 dni", "1.5 dnia"] == [
        days.form(polish.category(count)).format(count=count) for count in (1, 2, 5, 22, Decimal("1.5"))
    ]


def test_nothing_but_its_folder_names_a_language():
    """So that another language needs nothing else; English is what the operator's texts are in.

    The intake reads files in languages of its own.
    """
    folders = [ROOT / "chalicelib", ROOT / "infra"]
    own = {ROOT / "chalicelib" / "words" / language for language in LANGUAGES}
    own |= {ROOT / "chalicelib" / "intake"}
    sources = [path for folder in folders for suffix in ("py", "html", "txt") for path in folder.rglob(f"*.{suffix}")]
    named = re.compile("|".join(f"""["']{language}["']""" for language in LANGUAGES if language != "en"))

    assert {"en", "de", "fr", "nl"} == set(LANGUAGES)
    assert [] == [
        str(path.relative_to(ROOT))
        for path in sources
        if not own & {*path.parents} and named.search(path.read_text("utf-8"))
    ]


def test_every_text_is_used_somewhere():
    folder = ROOT / "chalicelib"
    sources = [
        *(folder / "web").rglob("*.py"),
        *(folder / "words").glob("*.py"),
        *(folder / "templates").glob("*.html"),
    ]
    used = set(re.findall(r"texts\.(\w+)", "".join(path.read_text("utf-8") for path in sources)))

    assert set(Texts._fields) == used - (set(ApprovalTexts._fields) - set(Texts._fields))


def test_every_text_about_a_question_is_used_somewhere():
    folder = ROOT / "chalicelib"
    sources = [
        folder / "web/answer.py",
        folder / "web/page/build_panel.py",
        folder / "words/approvals.py",
        folder / "mails/client_mails.py",
        folder / "templates/question.html",
    ]
    text = "".join(path.read_text("utf-8") for path in sources if path.exists())

    assert set() == set(ApprovalTexts._fields) - set(re.findall(r"(?:texts|words)\.(?:texts\.)?(\w+)", text)) - {
        "by_mail",
        "used",
    }


def localizer(tag: str = "en") -> Localizer:
    return Localizer(Formats(locale_of(tag)))


@pytest.mark.parametrize(
    ("carry_over", "length", "sentence"),
    [
        (rule(), CycleLength.MONTH, "Unused hours are forfeited at the end of the month."),
        (rule(), CycleLength.YEAR, "Unused hours are forfeited at the end of the year."),
        (rule(carry=True), CycleLength.MONTH, "Unused hours carry over and do not expire."),
        (
            rule(carry=True, cap="10", expires_after=2),
            CycleLength.MONTH,
            "Unused hours carry over for up to 2 months, at most 10 h.",
        ),
        (
            rule(carry=True, cap="50%", expires_after=1),
            CycleLength.QUARTER,
            "Unused hours carry over for up to 1 quarter, at most 50% of the quarter’s hours.",
        ),
        (
            rule(deduct=True),
            CycleLength.MONTH,
            FORFEIT_AND_DEDUCT,
        ),
    ],
)
def test_a_carry_over_rule_is_one_plain_sentence(carry_over, length, sentence):
    assert sentence == localizer().carry_over(retainer(length=length), terms(carry_over=carry_over), OPEN)


@pytest.mark.parametrize("length", CycleLength)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_combination_of_a_rule_has_its_own_sentence_in_every_language(language, length):
    combinations = product((False, True), (None, "5:00", "50%"), (None, 1, 2), (False, True))
    rules = [rule(carry=carry, cap=cap, expires_after=n, deduct=deduct) for carry, cap, n, deduct in combinations]
    sentences_of = {
        describe(one): localizer(language).carry_over(retainer(length=length), terms(carry_over=one), OPEN)
        for one in rules
    }

    assert set(texts_in(language).carry_over) == {described.id for described in sentences_of}
    assert 2 + 3 * 3 * 2 == len(set(sentences_of.values()))
    assert not [one for one in sentences_of.values() if "None" in one or "{" in one or not one.endswith(".")]


def test_a_cap_shows_hours_in_the_clients_format():
    sentence = localizer("de-DE").carry_over(retainer(), terms(carry_over=rule(carry=True, cap="7:30")), OPEN)

    assert "Nicht genutzte Stunden bleiben ohne Verfall erhalten, höchstens 7,50 h." == sentence


def test_hours_beyond_cost_the_overage_rate_or_else_the_regular_one():
    both = [terms(rate="100.00"), terms(rate="100.00", overage_rate="87.50", rounded=rounding("0:15"))]

    assert [
        "Hours beyond the retainer are billed at €100 per hour.",
        "Hours beyond the retainer are billed at €87.50 per hour.",
    ] == [localizer().overage(retainer(), one, OPEN) for one in both]


def test_a_retainer_without_hours_names_the_price_of_each():
    assert "Hours are billed at €100 each." == localizer().overage(retainer(), terms(allotment="0"), OPEN)


@pytest.mark.parametrize("one", [terms(carry_over=rule(deduct=True)), terms(rate="0.00")])
def test_hours_beyond_that_are_deducted_or_free_have_no_price(one):
    assert "" == localizer().overage(retainer(), one, OPEN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_cycle_has_its_own_sentence_in_every_language(language):
    ends, both = retainer(ends="2026-03-01"), [terms(carry_over=rule(carry=True, deduct=one)) for one in (False, True)]
    february, march = day("2026-02-01"), day("2026-03-01")
    plain, deducts = [localizer(language).carry_over(ends, one, march) for one in both]

    assert deducts.startswith(plain.removesuffix("."))
    assert plain != deducts
    assert plain != localizer(language).carry_over(ends, both[0], february)
    assert localizer(language).overage(ends, both[1], march)
    assert "" == localizer(language).overage(ends, both[1], february)
