"""English questions about hours beyond a retainer."""

from chalicelib.domain.approval import ApprovalState
from chalicelib.words.approval_texts import ApprovalTexts

TEXTS = ApprovalTexts(
    title="Hours beyond the retainer",
    sentence="Up to {hours} beyond the retainer “{retainer}” of {client} in the period {cycle}, for work from {day} "
    "on, at {rate} per hour: at most {amount} before tax. Reason: {reason}",
    states={
        ApprovalState.ASKED: "Waiting for your answer, which counts until {at}.",
        ApprovalState.APPROVED: "Approved by {name} on {at}.",
        ApprovalState.DECLINED: "Declined by {name} on {at}.",
        ApprovalState.EXPIRED: "Nobody answered by {at}, so nothing was agreed.",
        ApprovalState.WITHDRAWN: "Withdrawn by the sender on {at}, so nothing was agreed.",
    },
    by_mail="Whoever may decide has got a mail with a link for the answer.",
    used="{used} of these hours are used so far.",
    comment="Comment: {comment}",
    hours="Hours",
    rate="Per hour",
    at_most="At most, before tax",
    until="Please answer by",
    subject="{retainer}: may we work {hours} more?",
    headline="{hours} more",
    caption="{retainer}, beyond the retainer in {cycle}",
    decide="Approve or decline",
    personal="The link is for you: whoever has it can answer, once. Opening it decides nothing.",
    why="You get this mail because you may approve hours beyond the retainer.",
    form_title="May we work these hours?",
    name="Your name",
    comment_field="Comment",
    optional="optional",
    approve="Approve",
    decline="Decline",
    once="Your answer counts once and cannot be changed here. What you approve is kept word for word.",
    problems={
        "name": "Please write your name, so that it is clear who has decided.",
        "long": "This is too long: a name has at most {name} characters, a comment {comment}.",
        "choice": "Please press one of the two buttons.",
        "origin": "Nothing was decided: please answer on this page itself.",
    },
    thanks="Thank you: your answer is recorded.",
    too_late="Nothing has changed: this question was settled before.",
    ended_title="This link has ended",
    ended_text="It no longer opens the question. The page with your hours says how it stands; "
    "or ask the person who sent you the link.",
)
