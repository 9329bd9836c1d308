from . import support_channel
