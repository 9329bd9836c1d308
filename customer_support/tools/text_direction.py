"""Signs that turn the direction of the text around them, also beyond their own line."""

import re

# Embeddings, overrides and isolates. The marks U+200E and U+200F stay: they turn
# nothing else, and Hebrew and Arabic need them.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def drop_turns(text: str) -> str:
    """The text without them, so that it is read as it was written."""
    return _TURNS.sub("", text)
