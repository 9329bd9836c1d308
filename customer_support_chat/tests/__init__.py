from . import (
    test_access_matrix,
    test_bot_abuse,
    test_bot_injections,
    test_bot_livechat,
    test_bot_messaging,
    test_i18n,
)
