"""The bank file: one payment a line, as comma-separated values that a spreadsheet cannot run.

The columns, in order: ``reference`` (ours, printed on the statement of whoever is paid), ``holder``,
``country`` (ISO 3166), ``routing_number`` and ``account_number`` (United States), ``iban`` (elsewhere),
``amount`` (with a point and the currency's decimals, no grouping), ``currency`` (ISO 4217). UTF-8, one
line of headings, lines ended by CR and LF.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

# A cell that begins with one of these is a formula to a spreadsheet; a quotation mark before it makes it text.
RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class BankFileLine:
    """One payment. Its fields are the columns of the file, in order."""

    reference: str
    holder: str
    country: str
    routing_number: str
    account_number: str
    iban: str
    amount: str
    currency: str


def bank_file(lines: Sequence[BankFileLine]) -> str:
    """The whole file; the same lines give the same file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(field.name for field in fields(BankFileLine))
    writer.writerows([safe(cell) for cell in astuple(line)] for line in lines)
    return out.getvalue()


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> safe("Ada Lovelace"), safe("=1+1"), safe("-5")
    ('Ada Lovelace', "'=1+1", "'-5")
    """
    return f"'{cell}" if cell.startswith(RUNS_AS_FORMULA) else cell
