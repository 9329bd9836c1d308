from . import (
    test_access_matrix,
    test_i18n,
    test_mailing_hold,
    test_rate_page,
    test_survey_follow_up,
    test_survey_rule,
    test_survey_scores,
)
