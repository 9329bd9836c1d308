from . import support_send_template
