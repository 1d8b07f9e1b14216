"""The words of an invoice. They stand apart from the page's, which must not pay for them at its cold start."""

from typing import NamedTuple

from chalicelib.words.texts import Counted


class InvoiceTexts(NamedTuple):
    """What an invoice says beside the words that it shares with the page."""

    service: str
    amount: str
    net: str
    hours: Counted
    """A number of hours in a line: "6.75 hours"."""
    lines: dict[str, str]
    """By the message ids of domain/invoice.py."""
    overage: str
    forfeited: str
    capped: str
    carried_out: str
    at_regular_rate: str
    """The comparison: what the used hours would have cost without the retainer."""


INVOICE_TEXTS = {
    "en": InvoiceTexts(
        service="Service",
        amount="Amount",
        net="Total net amount",
        hours=Counted("{count} hour", "{count} hours"),
        lines={
            "fee": "Retainer ({hours} at {price})",
            "fee.no_hours": "Retainer",
            "overage.regular": "{hours} at the normal price ({price})",
            "overage": "{hours} beyond the retainer ({price})",
            "debt": "{hours} overrun in earlier periods ({price})",
            "top_up": "Top-up ({hours} at {price})",
        },
        overage="Beyond the retainer",
        forfeited="Forfeited",
        capped="Above the limit for carrying over",
        carried_out="Carried to the next period",
        at_regular_rate="All used hours at the normal price",
    ),
    "de": InvoiceTexts(
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
    ),
    "fr": InvoiceTexts(
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
    ),
}
"""By language: all of `formats.LANGUAGES`."""
