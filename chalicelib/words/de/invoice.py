"""German invoices."""

from chalicelib.domain.billing import InvoiceKind
from chalicelib.words.invoice_texts import DocumentTexts, InvoiceTexts
from chalicelib.words.texts import Counted

TEXTS = InvoiceTexts(
    service="Leistung",
    amount="Betrag",
    net="Nettosumme",
    hours=Counted("{count} Stunde", "{count} Stunden"),
    lines={
        "fee": "Retainer ({hours} zu {price})",
        "fee.no_hours": "Retainer",
        "overage.regular": "{hours} zum Normalpreis ({price})",
        "overage": "{hours} über das Kontingent hinaus ({price})",
        "debt": "{hours} Mehrarbeit aus früheren Zeiträumen ({price})",
        "top_up": "Nachkauf ({hours} zu {price})",
    },
    overage="Über das Kontingent hinaus",
    forfeited="Am Ende verfallen",
    capped="Über der Grenze für Überträge",
    carried_out="In den nächsten Zeitraum übertragen",
    at_regular_rate="Alle verbrauchten Stunden zum Normalpreis",
)

DOCUMENT = DocumentTexts(
    title={InvoiceKind.INVOICE: "Rechnung", InvoiceKind.CREDIT_NOTE: "Stornorechnung"},
    issued_on="Datum",
    due_on="Fällig am",
    period="Zeitraum",
    retainer="Retainer",
    corrects="Storniert Rechnung",
    buyer="An",
    quantity="Menge",
    unit_price="Einzelpreis",
    vat="USt. {percent}",
    tax="Steuer {percent}",
    gross="Gesamtbetrag",
    reverse_charge="Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge).",
    vat_id="USt-IdNr.",
    tax_number="Steuernummer",
    pay="Bitte zahlen Sie {gross} bis zum {due}.",
    hours_of="Stunden, {period}",
    compared="{name}: {amount}",
    page="Seite {page} von {pages}",
)
