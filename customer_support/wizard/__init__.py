from . import (
    stock_return_picking,
    support_answer_children,
    support_apply_macro,
    support_close_ticket,
    support_close_anyway,
    support_flag_customer,
    support_log_call,
    support_merge,
    support_offer,
    support_split,
    support_snooze,
    support_store_action,
)
