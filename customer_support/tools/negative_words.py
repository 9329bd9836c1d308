"""Words that tell of an upset customer, in English and Portuguese. No ORM in here."""

import re
import unicodedata

# Without accents and in lower case; a star stands for any ending.
NEGATIVE_WORDS = (
    # English
    *("angry", "awful", "chargeback", "cheated", "disgrac*", "disgust*", "fraud*"),
    *("furious", "horrible", "lawsuit", "lawyer", "never again", "outrag*"),
    *("rip off", "rip-off", "scam*", "small claims", "sue you", "terrible"),
    *("unacceptable", "worst", "consumer protection"),
    # Portuguese
    *("absurd*", "advogad*", "descaso", "enganad*", "fraude", "golpe", "golpista*"),
    *("horrivel", "inaceitavel", "indignad*", "justica", "lixo", "mentira*"),
    *("nunca mais", "palhacada", "pessim*", "processar", "procon", "reclame aqui"),
    *("revoltad*", "revoltante", "vergonha", "vergonhos*"),
)


def _to_pattern(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")


_PATTERN = re.compile(rf"\b(?:{'|'.join(map(_to_pattern, NEGATIVE_WORDS))})\b")


def find_negative_words(text: str) -> list[str]:
    """The negative words of a plain text, each once, in order; without accents."""
    decomposed = unicodedata.normalize("NFKD", text or "")
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
    return list(dict.fromkeys(_PATTERN.findall(plain)))
