from . import support_retention
from . import support_quality_objection
