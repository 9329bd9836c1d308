from odoo import models
from odoo.tools import SQL, ormcache

_NUMBERING = ["implementation", "padding", "prefix", "suffix", "use_date_range"]


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(_NUMBERING):
            self.env.registry.clear_cache()
        return result

    def _next_numbers(self, count):
        """The next ``count`` numbers, formatted; of a standard sequence in one query.

        :return: list of ``count`` strings
        """
        self.ensure_one()
        numbering = self._get_numbering()
        if not numbering:
            # Somebody wants numbers without a gap, or of each year.
            return [self.next_by_id() for _ in range(count)]
        prefix, suffix, padding = numbering
        if "%" in prefix + suffix:
            # Such as the year in which the ticket is opened.
            prefix, suffix = self._get_prefix_suffix()
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{self.id:03d}",
                count,
            )
        )
        return [f"{prefix}{number:0{padding}d}{suffix}" for (number,) in rows]

    @ormcache("self.id")
    def _get_numbering(self):
        """What a standard sequence puts before and after a number, and its width.

        :return: prefix and suffix, which may hold placeholders, and the digits; nothing
            of a sequence that needs more than the next number
        """
        # Odoo reads all columns otherwise.
        self.fetch(_NUMBERING)
        if self.implementation != "standard" or self.use_date_range:
            return None
        return self.prefix or "", self.suffix or "", self.padding
