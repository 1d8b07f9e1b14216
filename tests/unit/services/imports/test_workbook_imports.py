"""A dropped workbook takes the way of any export: kept as it is, compared, previewed, undone, replayed."""

from io import BytesIO

from chalicelib.intake.rows import RefusalKind
from chalicelib.render.report_json import record_json
from chalicelib.services.store.import_record import ImportStatus, Verb
from tests.builders import hours
from tests.import_rig import HEADER, Rig, row
from tests.unit.services.imports.test_run_import import MAIL, PRINTER, counts
from tests.workbooks import Cell, formula, sheet, workbook

BOOK = "inbox/acme/support/March (final).xlsx"
JANUARY_5, JANUARY_6 = Cell("46027", "yyyy-mm-dd"), Cell("46028", "dd/mm/yyyy;@")
NINE, TEN = Cell("0.375", "h:mm"), Cell("0.41666666666666669", "h:mm:ss AM/PM")


def book_of(*rows):
    """A workbook with two titles above its rows."""
    return workbook({"Cover": sheet([("Acme",)]), "Time": sheet([("Report",), ("2026",), HEADER, *rows])})


def mail(duration=None):
    """The entry `MAIL`, with cells of their types."""
    return (JANUARY_5, "Mail", duration or Cell("1", "0.00"), "Ada Byron", NINE)


PRINTER_ROW = (JANUARY_6, "Printer", Cell("8.3333333333333329E-2", "[h]:mm"), "Ada Byron", TEN)


def test_the_workbook_of_a_csv_file_that_counts_already_changes_nothing():
    rig = Rig()
    rig.drop(MAIL, PRINTER)
    writes = rig.ledger.cycle_writes

    record = rig.drop(key=BOOK, data=book_of(mail(), PRINTER_ROW))

    assert {"rows": 2, "unchanged": 2} == counts(record)
    assert writes == rig.ledger.cycle_writes


def test_a_preview_of_a_workbook_is_its_report():
    rig = Rig()
    data = book_of(mail(), (*PRINTER_ROW[:2], "soon", *PRINTER_ROW[3:]))

    preview = rig.imports.preview(BytesIO(data), BOOK).report
    record = rig.drop(key=BOOK, data=data)

    assert preview.seconds == record.report.seconds == rig.seconds == hours("1:00")
    [problem] = record_json(record)["problems"]
    assert (5, "Duration", "soon") == (problem["line"], problem["column"], problem["value"])


def test_the_original_is_kept_as_it_is_and_replays_read_it_again():
    rig = Rig()
    data = book_of(mail(), PRINTER_ROW)
    first = rig.drop(key=BOOK, data=data)
    second = rig.drop(row("2026-01-05", "1:30", "Mail", start="09:00"))

    rig.imports.decide(second, Verb.UNDO)
    undone = rig.seconds
    rig.imports.decide(second, Verb.REDO)
    rig.imports.decide(first, Verb.UNDO)

    assert (hours("3:00"), hours("1:30")) == (undone, rig.seconds)
    with rig.files.open(BOOK, first.file.version)[0] as kept:
        assert data == kept.read()


def test_a_refused_workbook_counts_once_it_is_saved_by_a_spreadsheet_program():
    rig = Rig()
    refused = rig.drop(key=BOOK, data=book_of(mail(formula("E2-D2", None))))
    done = rig.drop(key=BOOK, data=book_of(mail(formula("E2-D2", "1.25"))))

    assert RefusalKind.UNCALCULATED == refused.report.refusal.kind
    assert (ImportStatus.DONE, hours("1:15")) == (done.report.status, rig.seconds)
