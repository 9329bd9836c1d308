from . import fetchmail_server
from . import support_child_answer
from . import support_incoming_mail
from . import support_survey_invitation
from . import support_survey_rule
from . import support_test_lead
from . import support_ticket
