"""Tells as JSON which Python this is and which moto it has, importing neither: {"python", "moto", "missing"}."""

import importlib.metadata
import importlib.util
import json
import sys

# What moto installs with its extra "server" alone, of which the emulator needs these.
SERVER_EXTRA = ("antlr4", "flask", "flask_cors", "joserfc", "jsonpath_ng")

try:
    version = importlib.metadata.version("moto")
except importlib.metadata.PackageNotFoundError:
    version = ""
missing = [name for name in SERVER_EXTRA if importlib.util.find_spec(name) is None]
print(json.dumps({"python": sys.executable, "moto": version, "missing": missing}))
