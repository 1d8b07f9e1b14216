"""The chain of a retainer's cycles: each one hands its hours and its debt to the next.

Nothing that is derived from another cycle is stored, so carried hours are computed anew through the chain
at every read, and are provisional until the cycle that hands them over is closed.
"""

from collections.abc import Mapping
from datetime import date

from chalicelib.domain.aliases import NO_ALIASES, Aliases
from chalicelib.domain.calendar import periods_between
from chalicelib.domain.carry_over import Handover
from chalicelib.domain.cycle import CycleLedger, CycleState, CycleStatement
from chalicelib.domain.ids import CycleId
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.settlement import settle


def statements(
    retainer: Retainer, ledgers: Mapping[date, CycleLedger], today: date, aliases: Aliases = NO_ALIASES
) -> tuple[CycleStatement, ...]:
    """The statement of every cycle, oldest first.

    From the retainer's first cycle to the one that contains `today`: to its last one where it has ended, and
    to its first one where it has not begun. Later cycles follow up to the last one that has entries.

    Args:
        retainer: with all versions of its terms.
        ledgers: what is stored of each cycle, by the cycle's first day; a missing one is empty.
        today: in the retainer's zone.
        aliases: under which names one worker's day may be logged.
    """
    chain: list[CycleStatement] = []
    handover = Handover()
    last_day = max([today, retainer.starts_on, *(start for start, stored in ledgers.items() if stored.entries)])
    for period in periods_between(retainer, retainer.starts_on, last_day):
        ledger = ledgers.get(period.start) or CycleLedger(CycleId(retainer.id, period.start))
        chain.append(settle(retainer, period, ledger, handover, today, aliases=aliases))
        handover = hand_over(chain[-1])
    return tuple(chain)


def hand_over(statement: CycleStatement) -> Handover:
    """What the next cycle begins with, were this one closed as it stands."""
    is_final = statement.state is CycleState.CLOSED
    return Handover(statement.carried_out, statement.debt_out_seconds, is_final)
