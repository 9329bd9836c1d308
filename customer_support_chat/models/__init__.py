from . import (
    discuss_channel_queue,
    discuss_channel_store,
    discuss_channel_ticket,
    discuss_channel_waiting,
    im_livechat_channel_rule,
    im_livechat_channel_support,
    ir_http,
    res_users_chat,
    support_channel,
    support_channel_livechat,
    support_chat_line,
    support_ticket_chat,
)
