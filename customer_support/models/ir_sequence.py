from odoo import models
from odoo.tools import SQL

_NUMBERING = ["implementation", "padding", "prefix", "suffix", "use_date_range"]


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _next_numbers(self, count):
        """The next ``count`` numbers, formatted; of a standard sequence in one query.

        :return: list of ``count`` strings
        """
        self.ensure_one()
        # Odoo reads all columns otherwise, for each ticket again.
        self.fetch(_NUMBERING)
        if self.implementation != "standard" or self.use_date_range:
            # Somebody wants numbers without a gap, or of each year.
            return [self.next_by_id() for _ in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{self.id:03d}",
                count,
            )
        )
        prefix, suffix = self._get_prefix_suffix()
        return [f"{prefix}{number:0{self.padding}d}{suffix}" for (number,) in rows]
