from . import support_quality_objection
