from lxml import etree

from odoo import models, tools


class IrQweb(models.AbstractModel):
    """The text of a mail template is compiled once, and not for each customer."""

    _inherit = "ir.qweb"

    def _generate_code_uncached(self, template):
        """Keep what was compiled, where ``support_keep_compiled`` asks for it.

        Odoo keeps the code of views alone. That of a mail's text is made anew for each
        record, which takes longer than all the rest of the mail.
        """
        is_text = isinstance(template, etree._Element)
        if is_text and self.env.context.get("support_keep_compiled"):
            # Compiling takes the tree apart: its text is what tells it from others.
            text = etree.tostring(template, encoding="unicode")
            return self._generate_code_of_text(text, template)
        return super()._generate_code_uncached(template)

    @tools.ormcache(
        "text",
        "tuple(self.env.context.get(k) or False for k in self._get_text_cache_keys())",
        cache="templates",
    )
    def _generate_code_of_text(self, text, template):
        anew = self.with_context(support_keep_compiled=False)
        return anew._generate_code_uncached(template)

    def _get_text_cache_keys(self):
        """What of the context the code depends on, as that of a view."""
        keys = self._get_template_cache_keys()
        return [*keys, "raise_on_forbidden_code_for_model"]
