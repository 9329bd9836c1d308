"""What both databases hold: the same cases of the same customers, from one formula.

Every value comes from the number of the case and a seed, so that two databases, and
two runs on one day, hold the same. The customer whose page is measured, and the
rare phrase that is searched, occur equally often at every size: a store that grows
has more customers, not more cases of each one.
"""

from dataclasses import dataclass
from datetime import datetime

PARTNERS = 20_000
AGENTS = 12
TEAMS = 4
TAGS = 6
REASONS = 12
YEARS = 3
OPEN_SHARE = 0.01
# What the measured customer has, and how often the rare phrase occurs.
MEASURED_CASES = 40
CUSTOMER_EMAIL = "customer-{number}@shop.example"
RARE_PHRASE = "walnut music box"
COMMON_WORD = "broken"

PRODUCTS = (
    "table lamp, oak chair, steel kettle, blue rug, wall clock, coffee mill, glass"
    " vase, garden hose, bread knife, desk fan, wool blanket, phone case, running"
    " shoes, rain jacket, travel bag, board game, electric toothbrush, pillow,"
    " mirror, pan set"
).split(", ")
TROUBLES = (
    "arrived broken, is missing from the parcel, does not switch on, is the wrong"
    " colour, has not been delivered, was charged twice, does not fit, lost its"
    " warranty card, smells of paint, I want to return it"
).split(", ")


@dataclass(frozen=True)
class Size:
    """How many cases there are, and the moment at which the last one came in."""

    tickets: int
    until: datetime

    @property
    def measured_step(self) -> int:
        """Every how many cases one belongs to the measured customer."""
        return max(2, self.tickets // MEASURED_CASES)

    @property
    def wanted_number(self) -> int:
        """The case that is looked up by its number."""
        return self.tickets * 2 // 3


def _draw(seed: int, choices: int) -> str:
    """Return SQL that gives 0 to `choices` - 1, the same for the same case."""
    return f"((hashint8extended(i, {seed}) & 9223372036854775807) % {choices})"


def _pick(words: tuple[str, ...] | list[str], seed: int) -> str:
    texts = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{texts}])[1 + {_draw(seed, len(words))}]"


def cases_sql(size: Size) -> str:
    """Return a SELECT of the cases: one row each, numbered from 1 by ``i``.

    Columns: created, closed (empty while open), kind, partner, agent (empty for
    some), team, tag (empty for most), reason, channel, priority, title. All of them
    count from 0 and are to be looked up in what each side made.
    """
    step = size.measured_step
    days = YEARS * 365
    until = size.until.strftime("%Y-%m-%d %H:%M:%S")
    # Half of the newest two parts in a hundred are open.
    newest = int(size.tickets * (1 - 2 * OPEN_SHARE))
    return f"""
        SELECT i, created, is_open, partner, team, reason, priority, title,
               CASE WHEN is_open AND {_draw(1, 5)} = 0 THEN NULL
                    ELSE {_draw(2, AGENTS)} END AS agent,
               CASE WHEN {_draw(3, 10)} = 0 THEN {_draw(4, TAGS)} END AS tag,
               CASE WHEN {_draw(5, 20)} < 11 THEN 'email'
                    WHEN {_draw(5, 20)} < 16 THEN 'web'
                    WHEN {_draw(5, 20)} < 19 THEN 'phone' ELSE 'other' END AS channel,
               CASE WHEN is_open THEN
                         (ARRAY['new', 'open', 'waiting'])[1 + {_draw(6, 3)}]
                    WHEN {_draw(6, 25)} = 0 THEN 'cancelled'
                    ELSE 'solved' END AS kind,
               CASE WHEN NOT is_open THEN LEAST(
                    created + interval '1 minute' * (20 + {_draw(7, 8000)}),
                    timestamp '{until}') END AS closed
          FROM (
            SELECT i::bigint AS i,
                   timestamp '{until}' - interval '1 day' * {days}
                     + interval '1 second' * (
                         {days} * 86400.0 * i / {size.tickets})::bigint AS created,
                   i > {newest} AND i % 2 = 0 AS is_open,
                   CASE WHEN i % {step} = 1 THEN 0
                        ELSE 1 + {_draw(8, PARTNERS - 1)} END AS partner,
                   {_draw(9, TEAMS)} AS team,
                   {_draw(10, REASONS)} AS reason,
                   CASE WHEN {_draw(11, 100)} < 5 THEN '0'
                        WHEN {_draw(11, 100)} < 90 THEN '1'
                        WHEN {_draw(11, 100)} < 98 THEN '2' ELSE '3' END AS priority,
                   CASE WHEN i % {step} = 0 THEN '{RARE_PHRASE}'
                        ELSE {_pick(PRODUCTS, 12)} END || ' '
                     || {_pick(TROUBLES, 13)} || ', order S'
                     || lpad(i::text, 7, '0') AS title
              FROM generate_series(1::bigint, {size.tickets}::bigint) AS i
          ) AS base"""


def partners_sql() -> str:
    """Return the INSERT of the customers; the first one is the measured one."""
    email = CUSTOMER_EMAIL.format(number="' || i || '")
    return f"""
        INSERT INTO res_partner (name, complete_name, email, email_normalized,
            active, is_company, type, lang, autopost_bills, create_date, write_date)
        SELECT 'Customer ' || i, 'Customer ' || i, '{email}', '{email}', true, false,
               'contact', 'en_US', 'ask', now(), now()
          FROM generate_series(1, {PARTNERS}) AS i
      ORDER BY i
     RETURNING id"""


def array_of(ids: list[int]) -> str:
    """Return `ids` as an SQL array, to look up what the cases count from 0."""
    return f"(ARRAY[{','.join(map(str, ids))}])"


def case_of(column: str, ids: dict[str, int]) -> str:
    """Return SQL that gives the id for the word in `column`."""
    whens = " ".join(f"WHEN '{word}' THEN {one}" for word, one in ids.items())
    return f"CASE {column} {whens} END"
