"""The words of the mails to clients. They stand apart from the page's, which must not pay for them at its cold start.

Mails to the operator are in English (chalicelib/mails).
"""

from typing import NamedTuple


class MailTexts(NamedTuple):
    """What mails say beside the words that they share with page and invoice."""

    open_page: str
    """The client's link."""
    signature: str
    """Where the mail comes from, and that an answer arrives."""

    new_cycle: str
    """Subject."""
    hours_for: str
    """Beside the figure: for which cycle."""
    of_which_provisional: str
    why_new_cycle: str

    alert: str
    """Subject."""
    alert_all: str
    """Subject where nothing is left."""
    used_of: str
    why_alert: str

    expiring: str
    """Subject."""
    expiring_until: str
    """Beside the figure: the last day on which the hours can be used."""
    expiring_note: str
    why_expiring: str

    invoice: str
    """Subject; the kind is that of the document."""
    attached: str
    why_invoice: str


MAIL_TEXTS = {
    "en": MailTexts(
        open_page="See the hours and the work at any time",
        signature="Sent by {operator}. Your answer to this mail arrives there.",
        new_cycle="{retainer}: {hours} for {cycle}",
        hours_for="for {cycle}",
        of_which_provisional="{name} ({provisional})",
        why_new_cycle="You get this mail once, when a period begins.",
        alert="{retainer}: {percent}\u00a0% of the hours are used",
        alert_all="{retainer}: the hours are used up",
        used_of="used of {available} for {cycle}",
        why_alert="You get this mail once for each level and period.",
        expiring="{retainer}: {hours} expire after {day}",
        expiring_until="can be used until {day}",
        expiring_note="These hours were carried over or bought, and are still unused. Work takes from them first.",
        why_expiring="You get this mail once, two weeks before hours expire.",
        invoice="{kind} {number}: {total}",
        attached="The document is attached.",
        why_invoice="You get this mail once for each invoice and credit note.",
    ),
    "de": MailTexts(
        open_page="Stunden und Arbeiten jederzeit einsehen",
        signature="Gesendet von {operator}. Ihre Antwort auf diese Mail kommt dort an.",
        new_cycle="{retainer}: {hours} für {cycle}",
        hours_for="für {cycle}",
        of_which_provisional="{name} ({provisional})",
        why_new_cycle="Diese Mail kommt einmal, wenn ein Zeitraum beginnt.",
        alert="{retainer}: {percent}\u00a0% der Stunden sind verbraucht",
        alert_all="{retainer}: die Stunden sind aufgebraucht",
        used_of="verbraucht von {available} für {cycle}",
        why_alert="Diese Mail kommt einmal je Stufe und Zeitraum.",
        expiring="{retainer}: {hours} verfallen nach dem {day}",
        expiring_until="nutzbar bis {day}",
        expiring_note="Diese Stunden wurden übertragen oder nachgekauft und sind noch frei. "
        "Neue Arbeit verbraucht sie zuerst.",
        why_expiring="Diese Mail kommt einmal, zwei Wochen bevor Stunden verfallen.",
        invoice="{kind} {number}: {total}",
        attached="Das Dokument ist angehängt.",
        why_invoice="Diese Mail kommt einmal je Rechnung und Stornorechnung.",
    ),
    "fr": MailTexts(
        open_page="Consulter les heures et les travaux à tout moment",
        signature="Envoyé par {operator}. Votre réponse à ce message y parvient.",
        new_cycle="{retainer}\u00a0: {hours} pour {cycle}",
        hours_for="pour {cycle}",
        of_which_provisional="{name} ({provisional})",
        why_new_cycle="Ce message est envoyé une seule fois, au début d’une période.",
        alert="{retainer}\u00a0: {percent}\u00a0% des heures sont utilisées",
        alert_all="{retainer}\u00a0: les heures sont épuisées",
        used_of="utilisées sur {available} pour {cycle}",
        why_alert="Ce message est envoyé une seule fois par seuil et par période.",
        expiring="{retainer}\u00a0: {hours} expirent après le {day}",
        expiring_until="utilisables jusqu’au {day}",
        expiring_note="Ces heures ont été reportées ou achetées et restent disponibles. "
        "Les nouveaux travaux les utilisent en premier.",
        why_expiring="Ce message est envoyé une seule fois, deux semaines avant l’expiration.",
        invoice="{kind} {number}\u00a0: {total}",
        attached="Le document est joint.",
        why_invoice="Ce message est envoyé une seule fois par facture ou avoir.",
    ),
}
