"""What a person wrote in a message, without the history below it. No ORM here."""

from lxml import etree, html

from .mail_text import get_visible_text

# What marks the history, as mail programs and Odoo write it.
_QUOTES = (
    "//blockquote | //*[@data-o-mail-quote] | //*[contains(@class, 'gmail_quote')]"
    " | //*[contains(@class, 'o_mail_quote')] | //*[@id='divRplyFwdMsg']"
)


def get_own_words(body: str) -> str:
    """The text of an HTML message without quotes; all of it when it cannot be read."""
    if not body:
        return ""
    try:
        tree = html.fromstring(f"<div>{body}</div>")
    except etree.ParserError:
        return get_visible_text(body)
    for quote in tree.xpath(_QUOTES):
        # The tree itself may be all quote.
        if quote.getparent() is not None:
            quote.drop_tree()
    return get_visible_text(etree.tostring(tree, encoding="unicode"))


def has_picture(body: str) -> bool:
    """Whether a picture may show what no word of the message says."""
    return "<img" in (body or "")
