from . import webhook
from . import livechat
