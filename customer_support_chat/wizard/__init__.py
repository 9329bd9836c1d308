from . import mail_compose_message, support_answer_review, support_send_template
