"""The figures as a desk without stored facts has to find them: by joining messages.

One pass over the messages of the tickets concerned gives all that can be had from them;
working hours, targets, the bot and what customers say are left out.
"""

from datetime import datetime

from odoo import api

# What both ways find, in this order.
COMPARED = ("created", "first_response", "next_reply", "replies", "full_resolution")

_SPREAD = """count({0}), percentile_cont(0.5) WITHIN GROUP (ORDER BY {0}),
             percentile_cont(0.9) WITHIN GROUP (ORDER BY {0}), avg({0})"""
_SAID = """
    involved AS (
        SELECT DISTINCT res_id FROM mail_message
         WHERE model = 'support.ticket' AND date >= %(start)s AND date < %(end)s),
    said AS (
        SELECT message.res_id, message.date, message.id,
               coalesce(author.partner_share, true) AS is_customer
          FROM involved
          JOIN mail_message message ON message.model = 'support.ticket'
                                   AND message.res_id = involved.res_id
          JOIN res_partner author ON author.id = message.author_id
          JOIN mail_message_subtype subtype ON subtype.id = message.subtype_id
         WHERE message.message_type IN ('comment', 'email')
           AND NOT coalesce(subtype.internal, false))"""
_WAITS = f"""
    WITH {_SAID},
    turn AS (
        SELECT *, count(*) FILTER (WHERE NOT is_customer) OVER (
                      PARTITION BY res_id ORDER BY date, id
                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS number
          FROM said),
    wait AS (
        SELECT res_id, min(date) FILTER (WHERE is_customer) AS since,
               min(date) FILTER (WHERE NOT is_customer) AS until
          FROM turn GROUP BY res_id, number),
    ranked AS (
        SELECT *, extract(epoch FROM until - since) AS seconds,
               row_number() OVER (PARTITION BY res_id ORDER BY until) AS place
          FROM wait WHERE since IS NOT NULL AND until IS NOT NULL)
    SELECT place > 1 AS is_later, {_SPREAD.format("seconds")}
      FROM ranked WHERE until >= %(start)s AND until < %(end)s GROUP BY 1 ORDER BY 1"""
_REPLIES = f"""
    WITH {_SAID}
    SELECT count(*) FROM said
     WHERE NOT is_customer AND date >= %(start)s AND date < %(end)s"""
_CREATED = """
    SELECT count(*) FROM (
        SELECT res_id FROM mail_message WHERE model = 'support.ticket'
         GROUP BY res_id HAVING min(date) >= %(start)s AND min(date) < %(end)s) first"""
_STAGES = """
    stages AS (
        SELECT message.res_id, message.date, message.id, stage.kind,
               lead(stage.kind) OVER (PARTITION BY message.res_id
                                      ORDER BY message.date, message.id) AS next
          FROM mail_tracking_value tracking
          JOIN ir_model_fields field ON field.id = tracking.field_id
           AND field.model = 'support.ticket' AND field.name = 'stage_id'
          JOIN mail_message message ON message.id = tracking.mail_message_id
          JOIN support_stage stage ON stage.id = tracking.new_value_integer)"""
_RESOLUTIONS = f"""
    WITH {_STAGES},
    ended AS (
        SELECT res_id, min(date) FILTER (WHERE kind = 'solved') AS first,
               max(date) FILTER (WHERE kind = 'solved') AS last,
               count(*) FILTER (WHERE kind = 'solved') AS times,
               bool_or(kind = 'solved' AND next IS NULL) AS is_solved
          FROM stages GROUP BY res_id),
    timed AS (
        SELECT ended.*,
               (SELECT min(date) FROM mail_message opening
                 WHERE opening.model = 'support.ticket'
                   AND opening.res_id = ended.res_id) AS opened,
               (SELECT count(*) FROM mail_message reply
                  JOIN res_partner author ON author.id = reply.author_id
                 WHERE reply.model = 'support.ticket' AND reply.res_id = ended.res_id
                   AND reply.message_type IN ('comment', 'email')
                   AND NOT author.partner_share) AS replies
          FROM ended WHERE is_solved AND last >= %(start)s AND last < %(end)s)
    SELECT {_SPREAD.format("extract(epoch FROM last - opened)")},
           {_SPREAD.format("extract(epoch FROM first - opened)")},
           count(*) FILTER (WHERE times > 1), count(*) FILTER (WHERE replies = 1)
      FROM timed"""
_BACKLOG = f"""
    WITH {_STAGES},
    opened AS (
        SELECT res_id, min(date) AS at FROM mail_message
         WHERE model = 'support.ticket' GROUP BY res_id HAVING min(date) < %(end)s),
    past AS (
        SELECT DISTINCT ON (res_id) res_id, kind FROM stages WHERE date < %(end)s
         ORDER BY res_id, date DESC, id DESC)
    SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY %(end)s - opened.at)
      FROM opened LEFT JOIN past USING (res_id)
     WHERE coalesce(past.kind, 'new') NOT IN ('solved', 'cancelled')"""


def count(env: api.Environment, start: datetime, end: datetime) -> list[int]:
    """Return how many there are of each of ``COMPARED`` in a period."""

    def ask(query: str) -> list[tuple]:
        env.cr.execute(query, {"start": start, "end": end})
        return env.cr.fetchall()

    waits = dict(row[:2] for row in ask(_WAITS))
    [[replies]], [[created]] = ask(_REPLIES), ask(_CREATED)
    [resolved] = ask(_RESOLUTIONS)
    ask(_BACKLOG)
    return [
        created,
        waits.get(False, 0),
        waits.get(True, 0),
        replies,
        resolved[0],
    ]
