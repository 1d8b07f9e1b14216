"""German mails."""

from chalicelib.words.mail_texts import MailTexts

TEXTS = MailTexts(
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
)
