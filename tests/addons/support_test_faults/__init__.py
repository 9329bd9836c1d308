from . import clock
from . import controllers
from . import models
