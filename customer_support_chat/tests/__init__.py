from . import (
    test_access_matrix,
    test_chat_isolation,
    test_chat_rules,
    test_chat_store,
    test_chat_ticket,
    test_chat_waiting,
    test_i18n,
    test_js,
)
