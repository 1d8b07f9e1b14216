"""French invoices."""

from chalicelib.domain.billing import InvoiceKind
from chalicelib.words.invoice_texts import DocumentTexts, InvoiceTexts
from chalicelib.words.texts import Counted

TEXTS = InvoiceTexts(
    service="Prestation",
    amount="Montant",
    net="Total net",
    hours=Counted("{count} heure", "{count} heures"),
    lines={
        "fee": "Forfait ({hours} à {price})",
        "fee.no_hours": "Forfait",
        "overage.regular": "{hours} au tarif normal ({price})",
        "overage": "{hours} au-delà du forfait ({price})",
        "debt": "{hours} de dépassement de périodes antérieures ({price})",
        "top_up": "Recharge ({hours} à {price})",
    },
    overage="Au-delà du forfait",
    forfeited="Perdues",
    capped="Au-delà de la limite de report",
    carried_out="Reportées sur la période suivante",
    at_regular_rate="Toutes les heures utilisées au tarif normal",
)

DOCUMENT = DocumentTexts(
    title={InvoiceKind.INVOICE: "Facture", InvoiceKind.CREDIT_NOTE: "Avoir"},
    issued_on="Date",
    due_on="Échéance",
    period="Période",
    retainer="Forfait",
    corrects="Annule la facture",
    buyer="Facturé à",
    quantity="Quantité",
    unit_price="Prix unitaire",
    vat="TVA {percent}",
    tax="Taxe {percent}",
    gross="Montant total",
    reverse_charge="Autoliquidation : la taxe est due par le preneur.",
    vat_id="N° de TVA",
    tax_number="N° fiscal",
    pay="Merci de régler {gross} au plus tard le {due}.",
    hours_of="Heures, {period}",
    compared="{name}\N{NO-BREAK SPACE}: {amount}",
    page="Page {page} sur {pages}",
)
