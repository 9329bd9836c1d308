"""Numbers in the texts of a JSON document, without the ORM."""

import json

# Names of records and people at the provider: long numbers that are no words.
_NAMES = ("id", "from", "to", "phone")
_NAME_ENDINGS = ("_id", "_key")


def mask_strings(document, mask):
    """The document with its texts masked.

    Numbers that are no texts, and names of records, stay: what is left can still be
    compared with what the provider says.

    :param str document: JSON, or any text
    :param mask: function of a text
    :return: the new text; empty when nothing was masked
    """
    try:
        values = json.loads(document)
    except (ValueError, RecursionError):
        # Not understood by anybody: words without a structure.
        masked = mask(document)
        return masked if masked != document else ""
    masked = _mask(values, mask)
    return json.dumps(masked) if masked != values else ""


def _mask(value, mask, name=""):
    if isinstance(value, str):
        is_name = name in _NAMES or name.endswith(_NAME_ENDINGS)
        return value if is_name else mask(value)
    if isinstance(value, list):
        return [_mask(one, mask, name) for one in value]
    if isinstance(value, dict):
        return {key: _mask(one, mask, key) for key, one in value.items()}
    return value
