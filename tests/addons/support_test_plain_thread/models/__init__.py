from . import support_test_plain_thread
