from . import (
    support_apply_macro,
    support_log_call,
    support_offer,
    support_snooze,
)
