from . import support_answer_review, support_send_template
