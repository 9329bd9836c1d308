from . import (
    support_apply_macro,
    support_close_anyway,
    support_log_call,
    support_offer,
    support_store_action,
)
