"""The mails to clients in three languages, as parsed MIME messages."""

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from chalicelib.documents.pdf import render_pdf
from chalicelib.domain.approval import ApprovalState
from chalicelib.domain.billing import InvoiceState
from chalicelib.domain.closing_position import start_of_day
from chalicelib.domain.retainer import ClientMails, Link
from chalicelib.mails import client_mails
from chalicelib.services.mails.mime import NothingToSayError, UnwritableMailError, write_message
from chalicelib.services.store.tasks import (
    TaskId,
    alert_mail,
    expiring_mail,
    invoice_mail,
    link_mail,
    new_cycle_mail,
    question_mail,
)
from tests.builders import asked, day, rule, settled, terms
from tests.invoice_rig import FakeInvoices, draft
from tests.logos import SVG, logo
from tests.mail_rig import CLIENT, HELPDESK, NOVEMBER, OCTOBER, SECOND_OF_NOVEMBER, book, helpdesk, mails, month
from tests.task_rig import SENDER
from tests.unit.documents.samples import invoice
from tests.unit.mails.samples import client_samples

NOON = SECOND_OF_NOVEMBER
MINUTE = timedelta(minutes=1)
NEW_CYCLE = new_cycle_mail(helpdesk(), NOVEMBER, NOON)
EXPIRING = expiring_mail(helpdesk(), day("2026-12-01"), NOON)
LANGUAGES = ("en-GB", "de-DE", "fr-FR", "nl-NL")


def alert(percent):
    return alert_mail(HELPDESK, NOVEMBER, percent, NOON)


def sent(mail):
    """The message as a mail program parses it."""
    message = write_message(mail, TaskId("new-cycle-a.b.2026-11-01"), sender=SENDER, at=NOON)
    return message_from_bytes(message, policy=policy.default)


def halves(message):
    """The visible text of the text and HTML parts, white space folded."""
    html = message.get_body(("html",)).get_content().partition("<body")[2]
    seen = re.sub(r"<[^>]+>", " ", html).replace("&#39;", "'")
    return [" ".join(text.split()) for text in (message.get_body(("plain",)).get_content(), seen)]


@pytest.mark.parametrize(
    ("locale", "kind", "subject", "sentence"),
    [
        ("en-GB", "new-cycle", "Helpdesk: 28.50 h for November 2026", "Carried in (provisional)"),
        ("de-DE", "new-cycle", "Helpdesk: 28,50 h für November 2026", "Übertragen (vorläufig)"),
        ("fr-FR", "new-cycle", "Helpdesk : 28,50 h pour novembre 2026", "Reportées (provisoire)"),
        (
            "en-GB",
            "alert",
            "Helpdesk: 89% of the hours are used",
            "3 h left Helpdesk, 25.50 h used of 28.50 h for November 2026",
        ),
        (
            "de-DE",
            "alert",
            "Helpdesk: 89 % der Stunden sind verbraucht",
            "noch 3 h Helpdesk, 25,50 h verbraucht von 28,50 h",
        ),
        (
            "fr-FR",
            "alert",
            "Helpdesk : 89 % des heures sont utilisées",
            "3 h restantes Helpdesk, 25,50 h utilisées sur 28,50 h",
        ),
        ("nl-NL", "alert", "Helpdesk: 89% van de uren is gebruikt", "nog 3 h Helpdesk, 25,50 h gebruikt van 28,50 h"),
        ("en-GB", "alert-over", "Helpdesk: 3 h over", "Helpdesk, 31.50 h used of 28.50 h"),
        ("de-DE", "alert-over", "Helpdesk: 3 h darüber", "Helpdesk, 31,50 h verbraucht von 28,50 h"),
        ("fr-FR", "alert-over", "Helpdesk : 3 h au-delà", "Helpdesk, 31,50 h utilisées sur 28,50 h"),
        ("nl-NL", "alert-over", "Helpdesk: 3 h te veel", "31,50 h gebruikt van 28,50 h"),
        ("en-GB", "expiring", "Helpdesk: 8.50 h expire after 30 November 2026", "can be used until 30 November 2026"),
        ("de-DE", "expiring", "Helpdesk: 8,50 h verfallen nach dem 30. November 2026", "nutzbar bis 30. November 2026"),
        ("fr-FR", "expiring", "Helpdesk : 8,50 h expirent après le 30 novembre 2026", "jusqu’au 30 novembre 2026"),
        (
            "en-GB",
            "invoice",
            "Invoice 2026-0001: €1,675.00",
            "18 November 2026. 14 days, net. IBAN DE02 1203 0000 0000 2020 51 · BIC",
        ),
        ("de-DE", "invoice", "Rechnung 2026-0001: 1.675,00 €", "6,75 Stunden zum Normalpreis (100 €)"),
        ("fr-FR", "invoice", "Facture 2026-0001 : 1 675,00 €", "6,75 heures au tarif normal (100 €)"),
        ("en-GB", "credit-note", "Credit note 2026-0002: -€1,675.00", "2026-0001"),
        ("de-DE", "credit-note", "Stornorechnung 2026-0002: -1.675,00 €", "2026-0001"),
        ("fr-FR", "credit-note", "Avoir 2026-0002 : -1 675,00 €", "2026-0001"),
        ("nl-NL", "new-cycle", "Helpdesk: 28,50 h voor november 2026", "Meegenomen (voorlopig)"),
        (
            "nl-NL",
            "expiring",
            "Helpdesk: 8,50 h vervalt na 30 november 2026",
            "te gebruiken tot en met 30 november 2026",
        ),
        ("nl-NL", "invoice", "Factuur 2026-0001: € 1.675,00", "6,75 uur tegen het normale tarief (€ 100)"),
    ],
)
def test_a_mail_says_the_same_in_both_halves_in_the_client_s_language(locale, kind, subject, sentence):
    message = sent(client_samples(locale)[kind])

    assert f"Seeblick Klinik · {' '.join(subject.split())}" == " ".join(message["Subject"].split())
    assert locale[:2] == re.search(r'<html lang="(\w+)"', message.get_body(("html",)).get_content())[1]
    text, html = halves(message)
    assert " ".join(sentence.split()) in text
    assert " ".join(sentence.split()) in html
    assert "https://hours.example/b/seeblick-klinik~1" in text


@pytest.mark.parametrize("name", client_samples())
def test_the_operator_who_gets_copies_sees_first_which_client_a_mail_is_about(name):
    assert client_samples()[name].subject.startswith("Seeblick Klinik · ")


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_mail_comes_from_the_operator_who_gets_the_answer_and_links_one_page_only(locale):
    for kind, mail in client_samples(locale).items():
        message = sent(mail)
        html = message.get_body(("html",)).get_content()

        assert ("Fjordblick IT", SENDER) == (
            message["From"].addresses[0].display_name,
            message["From"].addresses[0].addr_spec,
        )
        assert "ida@fjordblick.example" == message["Reply-To"].addresses[0].addr_spec
        page = "a/mail-server~0" if kind == "question" else "b/seeblick-klinik~1"
        to = "leitung@seeblick.example" if kind == "question" else "kasse@seeblick.example"
        assert to == message["To"].addresses[0].addr_spec
        assert [f"https://hours.example/{page}"] == re.findall(r'(?:href|src)="([^"]+)"', html)


@pytest.mark.parametrize(
    ("locale", "subject", "sentence"),
    [
        ("en-GB", "Helpdesk: may we work 20 h more?", "at €95 per hour: at most €1,900.00 before tax."),
        ("de-DE", "Helpdesk: Dürfen wir 20 h mehr arbeiten?", "zu 95 € je Stunde: höchstens 1.900,00 € vor Steuern."),
        ("fr-FR", "Helpdesk : pouvons-nous travailler 20 h de plus ?", "au plus 1 900,00 € hors taxes."),
        ("nl-NL", "Helpdesk: mogen we 20 h meer werken?", "hoogstens € 1.900,00 exclusief btw."),
    ],
)
def test_a_question_has_the_sentence_that_is_agreed_and_the_deadline(locale, subject, sentence):
    message = sent(client_samples(locale)["question"])

    assert f"Seeblick Klinik · {subject}" == " ".join(message["Subject"].split())
    assert all(sentence in half and "(CET)" in half for half in halves(message))


def test_an_alert_says_what_was_agreed_about_hours_beyond_the_retainer():
    question = asked("2026-11-02", "5:00", of=HELPDESK)._replace(sentence="Up to 5 h at €80.")
    compose = mails(None, OCTOBER, month("2026-11-01", "29:00"), approvals=(settled(question),))
    declined = mails(
        None, OCTOBER, month("2026-11-01", "29:00"), approvals=(settled(question, ApprovalState.DECLINED),)
    )

    assert "Up to 5 h at €80. Approved by Ida Berg on 2 November 2026" in compose(alert(100)).text
    assert "Up to 5 h" not in declined(alert(100)).text


@pytest.mark.parametrize("state", [ApprovalState.APPROVED, ApprovalState.DECLINED, ApprovalState.WITHDRAWN])
def test_a_question_that_was_settled_before_its_mail_was_sent_is_not_sent(state):
    question = asked("2026-11-02", "5:00", of=HELPDESK)
    with pytest.raises(NothingToSayError, match=f"The question migration is {state.value} by now"):
        mails(approvals=(settled(question, state),))(question_mail(question, 0))


def test_an_invoice_brings_its_pdf_named_by_its_number_and_other_mails_bring_nothing():
    brought = {
        kind: [(one.get_filename(), one.get_content_type(), one.get_content()[:5]) for one in files]
        for kind, mail in client_samples().items()
        if (files := list(sent(mail).iter_attachments()))
    }

    assert {
        "invoice": [("2026-0001.pdf", "application/pdf", b"%PDF-")],
        "credit-note": [("2026-0002.pdf", "application/pdf", b"%PDF-")],
    } == brought


def test_the_attached_pdf_has_the_client_s_link_and_the_operator_s_accent_and_logo():
    document, of = invoice(), book()
    branded = client_mails.Recipient(of.client, "", of.operator._replace(accent="#7a2a50"), "https://hours.example/b/x")
    [attached] = client_mails.invoice_mail(branded, document, logo(SVG)).attachments

    assert render_pdf(document, "https://hours.example/b/x", "#7a2a50", logo(SVG)) == attached.content


def test_a_cycle_that_is_over_or_has_no_hours_is_not_announced():
    empty = helpdesk(terms=(terms("2026-10-01", allotment="0"),))

    for compose in (
        mails(clock=lambda: NOON + timedelta(days=30)),
        mails(book(empty)),
        mails(book(helpdesk(ends_on=NOVEMBER))),
    ):
        with pytest.raises(NothingToSayError):
            compose(NEW_CYCLE)


@pytest.mark.parametrize(
    ("used", "percent", "reason"),
    [
        ("5:00", 75, "It was about 75 % of the hours; by now no level is reached."),
        ("26:00", 75, "It was about 75 % of the hours; by now 90 % are reached."),
        ("26:00", 100, "It was about 100 % of the hours; by now 90 % are reached."),
    ],
)
def test_an_alert_is_sent_only_if_its_level_is_the_highest_of_the_figures_that_it_shows(used, percent, reason):
    with pytest.raises(NothingToSayError, match=reason):
        mails(None, OCTOBER, month("2026-11-01", used))(alert(percent))


def test_an_alert_about_a_cycle_that_has_ended_meanwhile_says_so_and_shows_that_cycle():
    after = day("2026-12-01")
    compose = mails(
        None, OCTOBER, month("2026-11-01", "26:00"), clock=lambda: start_of_day(after, "Europe/Berlin") + MINUTE
    )

    for half in halves(sent(compose(alert(90)))):
        assert " 26 h Helpdesk, 26 h used of 28.50 h for November 2026" in f" {half}"
        assert "Used: 26 h" in half or "Used 26 h" in half
        assert "ended on 30 November 2026" in half
        assert "last day" not in half


def test_the_operator_gets_a_copy_of_an_alert_or_if_the_client_wants_none_the_alert_itself_in_english():
    worked = (OCTOBER, month("2026-11-01", "22:00"))
    alerted = mails(book(locale="de-DE"), *worked)(alert(75))
    unalerted = mails(book(locale="de-DE", mails=ClientMails(alerts=False)), *worked)(alert(75))

    assert ("kasse@seeblick.example", "ida@fjordblick.example") == (alerted.to, alerted.copy_to)
    assert ("ida@fjordblick.example", "") == (unalerted.to, unalerted.copy_to)
    assert "Seeblick Klinik · Helpdesk: 77% of the hours are used" == unalerted.subject


def test_an_alert_says_that_overruns_are_deducted_where_they_are_not_billed():
    deducting = helpdesk(terms=(terms("2026-10-01", allotment="20:00", carry_over=rule(deduct=True)),))
    mail = mails(book(deducting), month("2026-11-01", "22:00"))(alert(100))

    assert "Hours beyond the retainer are taken off the following months." in mail.text
    assert "billed" not in mail.text


def test_the_figures_of_a_mail_add_up_as_they_are_shown():
    eighths = mails(None, OCTOBER, month("2026-11-01", "25:22:30"))(alert(75))

    figures = re.findall(r"^(\w+).*: (.+) h$", eighths.text, re.MULTILINE)
    assert ["Included 20", "Carried 8.50", "Used 25.38", "Rounding 0.01", "Left 3.13"] == list(map(" ".join, figures))


def test_a_mail_speaks_of_provisional_hours_only_where_hours_are_carried():
    carried, none = mails(None, OCTOBER)(NEW_CYCLE), mails(None, month("2026-10-01", "20:00"))(NEW_CYCLE)

    assert (True, False) == ("provisional" in carried.text, "provisional" in none.text)


def test_hours_that_are_already_used_or_expired_are_not_announced_as_expiring():
    used = mails(None, OCTOBER, month("2026-11-01", "9:00"))
    gone = mails(None, OCTOBER, clock=lambda: NOON + timedelta(days=30))
    part = mails(None, OCTOBER, month("2026-11-01", "3:15"))

    for compose in (used, gone):
        with pytest.raises(NothingToSayError):
            compose(EXPIRING)
    assert "5.25 h" == part(EXPIRING).text.splitlines()[0]


@pytest.mark.parametrize("mail", [NEW_CYCLE, EXPIRING, replace(invoice_mail(draft(), NOON), client=CLIENT)])
def test_a_mail_without_a_recipient_says_what_to_do(mail):
    issued = replace(draft(), state=InvoiceState.ISSUED, document=invoice())
    compose = mails(book(email=""), OCTOBER, invoices=FakeInvoices(issued))

    with pytest.raises(UnwritableMailError, match=f"hourtab mail retry {mail.id}"):
        compose(mail)


def test_text_from_the_set_up_is_escaped_in_the_html():
    mail = mails(book(helpdesk(title="<script>alert(1)</script>")), OCTOBER)(NEW_CYCLE)

    assert "<script" not in mail.html
    assert "&lt;script&gt;" in mail.html


def test_a_link_that_is_another_one_by_now_is_not_mailed():
    of = book()
    with pytest.raises(NothingToSayError, match="another one by now"):
        mails(replace(of, client=replace(of.client, link=Link(version=2))))(link_mail(CLIENT, 1, NOON))
