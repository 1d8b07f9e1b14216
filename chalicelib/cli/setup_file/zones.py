"""Names of time zones."""

from difflib import get_close_matches
from zoneinfo import available_timezones


def why_no_zone(name: str) -> str | None:
    """Why the name is not that of an IANA time zone, as a sentence with a near one; None if it is."""
    known = available_timezones()
    if name in known:
        return None
    folded = {each.casefold(): each for each in known}
    near = get_close_matches(name.casefold(), folded, n=1)
    hint = f" Did you mean `{folded[near[0]]}`?" if near else " Write it as Europe/Berlin."
    return f"`{name}` is not an IANA time zone.{hint}"
