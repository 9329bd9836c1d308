from . import (
    portal,
    portal_ticket,
    presale,
    return_page,
    website_form,
)
