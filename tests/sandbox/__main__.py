"""``python -m sandbox --port PORT``: serve until the process ends."""

import argparse
import threading

from .server import Sandbox

parser = argparse.ArgumentParser(prog="sandbox")
parser.add_argument("--port", type=int, required=True)
with Sandbox(parser.parse_args().port):
    threading.Event().wait()
