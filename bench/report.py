"""How a benchmark says what it found."""

import json
from collections.abc import Mapping, Sequence

Cell = str | int | float
Row = Mapping[str, Cell]


def print_report(title: str, rows: Sequence[Row], *, figures: Mapping[str, Cell]) -> None:
    """Prints the title, the rows as an aligned table, and the figures as the last line.

    Args:
        title: what was measured, and how.
        rows: one row a case; the columns are those of the first row.
        figures: name to number; the unit ends the name (``home_ms``).
    """
    print(title)
    print()
    for line in table_lines(rows):
        print(line)
    print()
    print(json.dumps(dict(figures), sort_keys=True))


def table_lines(rows: Sequence[Row]) -> list[str]:
    """The rows as text: names to the left, numbers to the right."""
    if not rows:
        return []
    columns = list(rows[0])
    texts = [columns, *([_text(row[column]) for column in columns] for row in rows)]
    widths = [max(len(line[index]) for line in texts) for index in range(len(columns))]
    is_number = [isinstance(rows[0][column], int | float) for column in columns]
    return [
        "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(line, widths, is_number, strict=True)
        ).rstrip()
        for line in texts
    ]


def _text(cell: Cell) -> str:
    return f"{cell:,.2f}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else cell
