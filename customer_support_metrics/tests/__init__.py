from . import (
    test_access_matrix,
    test_i18n,
)
