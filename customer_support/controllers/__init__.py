from . import (
    call_back,
    join_page,
    export,
    portal,
    portal_participants,
    portal_preference,
    portal_ticket,
    presale,
    return_page,
    self_service,
    self_service_damage,
    website_form,
)
