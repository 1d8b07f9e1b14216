"""French questions about hours beyond a retainer."""

from chalicelib.domain.approval import ApprovalState
from chalicelib.words.approval_texts import ApprovalTexts

TEXTS = ApprovalTexts(
    title="Heures au-delà du forfait",
    sentence="Jusqu’à {hours} au-delà du forfait «\u00a0{retainer}\u00a0» de {client} pour la période {cycle}, pour le "
    "travail à partir du {day}, à {rate} l’heure\u00a0: au plus {amount} hors taxes. Motif\u00a0: {reason}",
    states={
        ApprovalState.ASKED: "En attente de votre réponse, qui compte jusqu’au {at}.",
        ApprovalState.APPROVED: "Accord de {name}, le {at}.",
        ApprovalState.DECLINED: "Refus de {name}, le {at}.",
        ApprovalState.EXPIRED: "Personne n’a répondu avant le {at}\u00a0: rien n’a été convenu.",
        ApprovalState.WITHDRAWN: "Demande retirée par l’expéditeur le {at}\u00a0: rien n’a été convenu.",
    },
    by_mail="Les personnes qui peuvent décider ont reçu un e-mail avec un lien pour répondre.",
    used="{used} sur ces heures sont utilisées à ce jour.",
    comment="Commentaire\u00a0: {comment}",
    hours="Heures",
    rate="Par heure",
    at_most="Au plus, hors taxes",
    until="Merci de répondre avant le",
    subject="{retainer}\u00a0: pouvons-nous travailler {hours} de plus\u00a0?",
    headline="{hours} de plus",
    caption="{retainer}, au-delà du forfait, {cycle}",
    decide="Accepter ou refuser",
    personal="Ce lien est pour vous\u00a0: quiconque l’a peut répondre, une seule fois. L’ouvrir ne décide rien.",
    why="Vous recevez cet e-mail parce que vous pouvez accepter des heures au-delà du forfait.",
    form_title="Pouvons-nous travailler ces heures\u00a0?",
    name="Votre nom",
    comment_field="Commentaire",
    optional="facultatif",
    approve="Accepter",
    decline="Refuser",
    once="Votre réponse compte une fois et ne peut pas être modifiée ici. Ce que vous acceptez est conservé mot à mot.",
    problems={
        "name": "Veuillez écrire votre nom, pour que l’on sache qui a décidé.",
        "long": "C’est trop long\u00a0: un nom a au plus {name} caractères, un commentaire {comment}.",
        "choice": "Veuillez appuyer sur l’un des deux boutons.",
        "origin": "Rien n’a été décidé\u00a0: veuillez répondre sur cette page même.",
    },
    thanks="Merci, votre réponse est enregistrée.",
    too_late="Rien n’a changé\u00a0: cette question était déjà réglée.",
    ended_title="Ce lien a expiré",
    ended_text="Il n’ouvre plus la question. La page de vos heures dit où elle en est\u00a0; "
    "sinon, demandez à la personne qui vous a envoyé le lien.",
)
