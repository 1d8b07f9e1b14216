"""Dutch questions about hours beyond a retainer."""

from chalicelib.domain.approval import ApprovalState
from chalicelib.words.approval_texts import ApprovalTexts

TEXTS = ApprovalTexts(
    title="Uren boven de bundel",
    sentence="Maximaal {hours} boven de urenbundel ‘{retainer}’ van {client} in de periode {cycle}, voor werk vanaf "
    "{day}, tegen {rate} per uur: hoogstens {amount} exclusief btw. Reden: {reason}",
    states={
        ApprovalState.ASKED: "Wacht op uw antwoord; het telt tot {at}.",
        ApprovalState.APPROVED: "Goedgekeurd door {name} op {at}.",
        ApprovalState.DECLINED: "Afgewezen door {name} op {at}.",
        ApprovalState.EXPIRED: "Niemand heeft vóór {at} geantwoord; er is niets afgesproken.",
        ApprovalState.WITHDRAWN: "Door de afzender ingetrokken op {at}; er is niets afgesproken.",
    },
    by_mail="Wie mag beslissen, heeft een e-mail met een link voor het antwoord gekregen.",
    used="Daarvan is tot nu toe {used} gebruikt.",
    comment="Opmerking: {comment}",
    hours="Uren",
    rate="Per uur",
    at_most="Hoogstens, exclusief btw",
    until="Graag antwoord vóór",
    subject="{retainer}: mogen we {hours} meer werken?",
    headline="{hours} meer",
    caption="{retainer}, boven de bundel, {cycle}",
    decide="Goedkeuren of afwijzen",
    personal="De link is voor u: wie hem heeft, kan één keer antwoorden. Openen beslist niets.",
    why="U krijgt deze e-mail omdat u uren boven de bundel mag goedkeuren.",
    form_title="Mogen we deze uren werken?",
    name="Uw naam",
    comment_field="Opmerking",
    optional="niet verplicht",
    approve="Goedkeuren",
    decline="Afwijzen",
    once="Uw antwoord telt één keer en kan hier niet worden gewijzigd. Wat u goedkeurt, wordt woordelijk bewaard.",
    problems={
        "name": "Schrijf uw naam, zodat duidelijk is wie heeft beslist.",
        "long": "Dit is te lang: een naam heeft hoogstens {name} tekens, een opmerking {comment}.",
        "choice": "Druk op een van de twee knoppen.",
        "origin": "Er is niets beslist: antwoord op deze pagina zelf.",
    },
    thanks="Dank u, uw antwoord is vastgelegd.",
    too_late="Er is niets veranderd: deze vraag was al afgehandeld.",
    ended_title="Deze link is verlopen",
    ended_text="Hij opent de vraag niet meer. De pagina met uw uren zegt hoe het ermee staat; "
    "of vraag het de persoon van wie u de link hebt.",
)
