from . import livechat, webhook
