"""German questions about hours beyond a retainer."""

from chalicelib.domain.approval import ApprovalState
from chalicelib.words.approval_texts import ApprovalTexts

TEXTS = ApprovalTexts(
    title="Stunden über das Kontingent hinaus",
    sentence="Bis zu {hours} über das Kontingent „{retainer}“ von {client} hinaus im Zeitraum {cycle}, für Arbeit ab "
    "dem {day}, zu {rate} je Stunde: höchstens {amount} vor Steuern. Grund: {reason}",
    states={
        ApprovalState.ASKED: "Wartet auf Ihre Antwort; sie zählt bis {at}.",
        ApprovalState.APPROVED: "Freigegeben von {name}, {at}.",
        ApprovalState.DECLINED: "Abgelehnt von {name}, {at}.",
        ApprovalState.EXPIRED: "Bis {at} hat niemand geantwortet; es wurde nichts vereinbart.",
        ApprovalState.WITHDRAWN: "Vom Absender zurückgezogen, {at}; es wurde nichts vereinbart.",
    },
    by_mail="Wer entscheiden darf, hat eine Mail mit einem Link für die Antwort bekommen.",
    used="Davon sind bisher {used} verbraucht.",
    comment="Anmerkung: {comment}",
    hours="Stunden",
    rate="Je Stunde",
    at_most="Höchstens, vor Steuern",
    until="Bitte antworten bis",
    subject="{retainer}: Dürfen wir {hours} mehr arbeiten?",
    headline="{hours} mehr",
    caption="{retainer}, über das Kontingent hinaus, {cycle}",
    decide="Freigeben oder ablehnen",
    personal="Der Link ist für Sie: Wer ihn hat, kann einmal antworten. Ihn zu öffnen entscheidet nichts.",
    why="Sie bekommen diese Mail, weil Sie Stunden über das Kontingent hinaus freigeben dürfen.",
    form_title="Dürfen wir diese Stunden arbeiten?",
    name="Ihr Name",
    comment_field="Anmerkung",
    optional="freiwillig",
    approve="Freigeben",
    decline="Ablehnen",
    once="Ihre Antwort zählt einmal und lässt sich hier nicht ändern. Was Sie freigeben, wird wörtlich aufbewahrt.",
    problems={
        "name": "Bitte schreiben Sie Ihren Namen, damit klar ist, wer entschieden hat.",
        "long": "Das ist zu lang: Ein Name hat höchstens {name} Zeichen, eine Anmerkung {comment}.",
        "choice": "Bitte drücken Sie einen der beiden Knöpfe.",
        "origin": "Es wurde nichts entschieden: Bitte antworten Sie auf dieser Seite selbst.",
    },
    thanks="Danke, Ihre Antwort ist festgehalten.",
    too_late="Es hat sich nichts geändert: Diese Frage war schon erledigt.",
    ended_title="Dieser Link ist abgelaufen",
    ended_text="Er öffnet die Frage nicht mehr. Wie sie steht, sagt die Seite mit Ihren Stunden, oder fragen Sie die "
    "Person, von der Sie den Link haben.",
)
