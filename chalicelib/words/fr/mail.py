"""French mails."""

from chalicelib.words.mail_texts import MailTexts

TEXTS = MailTexts(
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
)
