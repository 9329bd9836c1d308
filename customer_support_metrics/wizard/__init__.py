from . import support_retention
