from . import (
    portal,
    portal_ticket,
    presale,
    website_form,
)
