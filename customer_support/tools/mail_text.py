"""Text of a mail: plain text to HTML with folded quotes, visible text of HTML."""

import html
import re
from collections.abc import Iterator

BODY_LIMIT = 1_000_000

_ATTRIBUTION = re.compile(
    r"^\s*(?:On|Em|El|Le|Am|Il)\b.{4,250}\b(?:wrote|escreveu|escribi[óo]|a écrit"
    r"|schrieb|ha scritto)\s*:\s*$",
    re.IGNORECASE,
)
_ATTRIBUTION_START = re.compile(r"^\s*(?:On|Em|El)\b.{4,250}$", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"^\s*-{2,}\s*(?:Original Message|Mensagem original|Mensaje original"
    r"|Forwarded message|Mensagem encaminhada|Mensaje reenviado)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_CHARSET_CLAIM = re.compile(
    r"<meta\b[^<>]{0,300}\bcharset\b[^<>]{0,300}>|<\?xml\b[^<>]{0,300}>", re.IGNORECASE
)
_HIDDEN = ("script", "style", "title", "head")


def text_to_html(text: str) -> str:
    """Return escaped HTML; the quoted history stands in blockquotes, to be folded."""
    pieces = []
    for is_quoted, lines in _split_quotes(text.replace("\r\n", "\n").split("\n")):
        content = _paragraphs(lines)
        if is_quoted and content:
            content = f'<blockquote data-o-mail-quote="1">{content}</blockquote>'
        pieces.append(content)
    return "".join(pieces)


def drop_charset_claims(source: str) -> str:
    """Return decoded HTML without what it says of its charset.

    HTML parsers believe it even of text, and a claimed utf-16 ruins every word.
    """
    return _CHARSET_CLAIM.sub("", source)


def get_visible_text(source: str) -> str:
    """Return the text a reader of this HTML sees, found without an HTML parser.

    Parsers drop text in silence (beyond 255 nested tags, or 10 MB in one node);
    this is what their result is compared with.
    """
    pieces, hidden = [], ""
    position = 0
    for match in _TAG.finditer(source):
        if not hidden:
            pieces.append(source[position : match.start()])
        hidden = _next_hidden(hidden, match[0])
        position = match.end()
    if not hidden:
        pieces.append(source[position:])
    return html.unescape(" ".join(pieces))


def count_visible(source: str) -> int:
    """Return how many characters other than white space a reader sees."""
    return len("".join(get_visible_text(source).split()))


def _next_hidden(hidden: str, tag: str) -> str:
    name = tag[1:12].lower()
    if hidden:
        return "" if name.startswith(f"/{hidden}") else hidden
    opened = (word for word in _HIDDEN if re.match(rf"{word}\b", name))
    # <header> is no <head>, and an empty <title/> opens nothing.
    return "" if tag.endswith("/>") else next(opened, "")


def _split_quotes(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    block: list[str] = []
    is_quoted = is_rest = False
    for index, line in enumerate(lines):
        is_rest = is_rest or bool(_ORIGINAL.match(line))
        line_is_quoted = is_rest or line.startswith(">") or _opens_quote(lines, index)
        if line_is_quoted != is_quoted and line.strip():
            if block:
                yield is_quoted, block
            block, is_quoted = [], line_is_quoted
        block.append(line)
    if block:
        yield is_quoted, block


def _opens_quote(lines: list[str], index: int) -> bool:
    """Whether the line announces ("On … wrote:") quoted lines that follow."""
    line = lines[index]
    following = [other for other in lines[index + 1 : index + 4] if other.strip()]
    if _ATTRIBUTION.match(line):
        return bool(following) and following[0].startswith(">")
    # The announcement may be wrapped over two lines.
    if _ATTRIBUTION_START.match(line) and len(following) > 1:
        joined = f"{line} {following[0]}"
        return bool(_ATTRIBUTION.match(joined)) and following[1].startswith(">")
    previous = lines[index - 1] if index else ""
    if _ATTRIBUTION_START.match(previous) and following:
        joined = f"{previous} {line}"
        return bool(_ATTRIBUTION.match(joined)) and following[0].startswith(">")
    return False


def _paragraphs(lines: list[str]) -> str:
    paragraphs = re.split(r"\n[ \t]*\n", "\n".join(lines).strip("\n"))
    return "".join(
        f"<p>{html.escape(paragraph, quote=False).replace(chr(10), '<br/>')}</p>"
        for paragraph in paragraphs
        if paragraph.strip()
    )
