"""Who sells and who buys, and what the set-up says about their invoices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Party:
    """Who sells or buys, as an invoice has to name them; empty where the set-up says nothing."""

    name: str = ""
    address: tuple[str, ...] = ()
    """Lines: street, postcode and town."""
    country: str = ""
    """ISO 3166-1 alpha-2."""
    vat_id: str = ""
    tax_number: str = ""
    email: str = ""
    """The buyer's: where invoices are mailed."""
    iban: str = ""
    """The seller's."""
    bic: str = ""
    phone: str = ""
    """The seller's, like the web site."""
    web: str = ""


@dataclass(frozen=True, slots=True)
class Tax:
    """One rate, as EN 16931 tells rates apart. `percent` is exact: 19, 7.7, 0."""

    percent: Fraction = Fraction(0)
    category: str = "S"
    """UNCL5305: S standard, Z zero, E exempt, AE reverse charge, O outside the scope of tax."""
    reason: str = ""
    """Why nothing is charged, printed where `percent` is 0: "Reverse charge", "Kleinunternehmer § 19 UStG" …"""


@dataclass(frozen=True, slots=True)
class OperatorBilling:
    """What the set-up says about the seller, for all invoices."""

    party: Party = Party()
    """Its name is that of the operator where it says none."""
    series: str = ""
    """What numbers begin with, before their year: `HT-` makes HT-2026-0001."""
    payment_days: int = 14
    """Days from the issue to the day on which an invoice is due."""
    note: str = ""
    """Printed below the payment terms of every invoice."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What is printed in its place for clients of a language, by its code."""
    compares: bool = True
    """Whether an invoice says what the hours would have cost at the regular rate."""


@dataclass(frozen=True, slots=True)
class ClientBilling:
    """What the set-up says about a buyer."""

    party: Party = Party()
    """Its name is that of the client where it says none."""
    payment_days: int | None = None
    """Days to pay in; None: the operator's."""
    tax: Tax | None = None
    """What is added to the net sum; None: no tax is spoken of."""
    purchase_order: str = ""
    """The number of the buyer's order."""
    reference: str = ""
    """What the buyer wants to find on an invoice: a cost centre, or a routing id of a public body."""
    work_log: bool = False
    """Whether an invoice lists the work."""
    one_invoice: bool = False
    """Whether the retainers whose cycles end on the same day share an invoice."""


NO_SELLER = OperatorBilling()
NO_BUYER = ClientBilling()
