"""Having PostgreSQL explain each statement just before it is carried out."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from odoo.sql_db import Cursor
from odoo.tools import SQL

from .plans import Statement

# Figures say first how they are to be planned.
_EXPLAINABLE = re.compile(
    r"(\s*(?:SET LOCAL [^;]+;\s*)*)\b(?=SELECT|WITH|INSERT|UPDATE|DELETE)",
    re.IGNORECASE,
)
# More of a statement says nothing new: values, such as a whole mail.
_MOST_SHOWN = 4000
# Tables with fewer rows are read faster from end to end than by an index.
BIG = 10_000


def find_big_tables(cr: Cursor) -> list[str]:
    """Return the tables with many rows, as they were when they were last counted."""
    cr.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", [BIG]
    )
    return [name for (name,) in cr.fetchall()]


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """Collect what is done while the block runs, with the plan of each statement."""
    found: dict[tuple[str, str], Statement] = {}
    execute = Cursor.execute

    def explain_and_execute(self, query, params=None, *args, **kwargs):
        code, values = (
            (query.code, query.params) if isinstance(query, SQL) else (query, params)
        )
        code = code.decode() if isinstance(code, bytes) else code
        if _EXPLAINABLE.match(code):
            execute(self, _EXPLAINABLE.sub(r"\1EXPLAIN ", code, count=1), values)
            plan = "\n".join(line for (line,) in self.fetchall())
            sql = self._obj.mogrify(code, values).decode()[:_MOST_SHOWN]
            # Costs and counts of the same plan differ from one value to the next.
            shape = re.sub(r"\(cost=.*|\d+|'.*'", "", plan)
            found.setdefault((code, shape), Statement(sql, plan))
        return execute(self, query, params, *args, **kwargs)

    Cursor.execute = explain_and_execute
    try:
        yield (statements := [])
    finally:
        Cursor.execute = execute
        statements += found.values()
