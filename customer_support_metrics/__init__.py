from . import controllers, models, report
from .hooks import uninstall_hook
