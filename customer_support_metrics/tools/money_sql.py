"""Amounts of other currencies, converted by the database as Odoo converts them."""

from odoo.tools import SQL

# The rates of a company are those of its highest parent.
_RATES = SQL(
    """FROM res_currency_rate rate
        WHERE rate.currency_id = money.currency_id
          AND (rate.company_id IS NULL
               OR rate.company_id = split_part(owner.parent_path, '/', 1)::int)"""
)


def convert(amount: SQL, source: SQL, target: SQL, company: SQL, day: SQL) -> SQL:
    """An amount in the currency ``target``, by the rate that was in force on a day.

    :param source: the id of the currency it is in
    :param company: the id of the company whose rates count
    """
    return SQL(
        """(CASE WHEN %(source)s = %(target)s THEN %(amount)s
            ELSE %(amount)s * %(to)s / %(from)s END)""",
        source=source,
        target=target,
        amount=amount,
        **{"to": _rate(target, company, day), "from": _rate(source, company, day)},
    )


def _rate(currency: SQL, company: SQL, day: SQL) -> SQL:
    """The latest rate until that day, else the first one, else 1."""
    return SQL(
        """(SELECT coalesce(
              (SELECT rate.rate %(rates)s AND rate.name <= (%(day)s)::date
                ORDER BY rate.company_id, rate.name DESC LIMIT 1),
              (SELECT rate.rate %(rates)s
                ORDER BY rate.company_id, rate.name LIMIT 1),
              1.0)
             FROM (SELECT %(currency)s AS currency_id) money, res_company owner
            WHERE owner.id = %(company)s)""",
        rates=_RATES,
        day=day,
        currency=currency,
        company=company,
    )
