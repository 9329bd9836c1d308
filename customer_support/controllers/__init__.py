from . import (
    portal,
    presale,
    website_form,
)
