"""How the database reads for what is measured: its own plans, kept and judged."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_SCAN = re.compile(r"\bSeq Scan on (\w+)")
_TABLE = re.compile(r" on (\w+)")


@dataclass(frozen=True)
class Statement:
    """One SQL statement and how PostgreSQL carries it out."""

    sql: str
    plan: str

    def names_one_of(self, tables: Iterable[str]) -> bool:
        """Whether the plan reads or writes one of these tables."""
        return not set(tables).isdisjoint(_TABLE.findall(self.plan))

    def find_scans(self, tables: Iterable[str]) -> list[str]:
        """Return those of these tables that are read from end to end."""
        return sorted(set(_SCAN.findall(self.plan)).intersection(tables))


def find_scans(statements: Iterable[Statement], tables: Sequence[str]) -> list[str]:
    """Return the tables that any of these statements reads from end to end."""
    return sorted({name for one in statements for name in one.find_scans(tables)})


def save(path: Path, statements_by_title: dict[str, list[Statement]]) -> None:
    """Write everything down, for who wants to see how it is done."""
    with path.open("w") as file:
        for title, statements in statements_by_title.items():
            file.write(f"# {title}\n\n")
            for one in statements:
                file.write(f"{one.sql}\n\n{one.plan}\n\n")
