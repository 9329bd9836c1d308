from . import rate, unsubscribe
