from . import clock
from . import models
