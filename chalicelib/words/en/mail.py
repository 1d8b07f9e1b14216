"""English mails."""

from chalicelib.words.mail_texts import MailTexts

TEXTS = MailTexts(
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
)
