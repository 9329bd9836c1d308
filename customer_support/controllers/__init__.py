from . import (
    portal,
    portal_participants,
    portal_ticket,
    presale,
    return_page,
    website_form,
)
