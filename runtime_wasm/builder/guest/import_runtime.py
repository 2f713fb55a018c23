"""Runs in the second instance of the interpreter, the one that is frozen: imports the runtime.

`argument` lists the compiled modules as (name, file name, whether it is a package, code). Left in
`result` is what the builder needs to know of the runtime, in `entry` what the interpreter calls.
"""

import builtins
import gc
import sys
from _frozen_importlib import ModuleSpec

#: What imports leave in a module and nobody looks at afterwards.
IMPORT_ATTRIBUTES = ("__cached__", "__file__", "__loader__", "__path__", "__spec__")

#: When Python looks for garbage in cycles: new objects since the last time, then how often it looks
#: at older ones.
COLLECTOR_THRESHOLDS = (20_000, 20, 100)

#: As on the machines that the runtime runs on natively, where the interpreter's own is 600.
RECURSION_LIMIT = 1000


class Finder:
    """Finds the compiled modules; each is gone once it is executed."""

    def __init__(self, modules):
        self.modules = {module[0]: module for module in modules}

    def find_spec(self, name, _path=None, _target=None):
        found = self.modules.get(name)
        if found is None:
            return None
        return ModuleSpec(name, self, origin=found[1], is_package=found[2])

    def create_module(self, _spec):
        return None

    def exec_module(self, module):
        exec(self.modules.pop(module.__name__)[3], module.__dict__)


sys.meta_path.append(Finder(argument))  # noqa: F821  the builder gives it
del argument  # noqa: F821  not to keep the modules' code

from parachain.runtime.blob import entry as runtime_entry  # noqa: E402

entry = runtime_entry.call
result = runtime_entry.description()

# Generated code (that of codecs) has no lines that anybody could look at.
FUNCTION = type(entry)
for made in gc.get_objects():
    if type(made) is FUNCTION and made.__code__.co_filename.startswith("<"):
        made.__code__ = made.__code__.replace(co_linetable=b"")

# A call makes little garbage with cycles; to look for it more often would cost more than it frees.
gc.set_threshold(*COLLECTOR_THRESHOLDS)
sys.setrecursionlimit(RECURSION_LIMIT)

# The compiler is left out of the blob (builder_only.py).
for name in ("compile", "eval", "exec", "input"):
    del builtins.__dict__[name]

# When bytes turn out to be no text for the first time, Python looks for what handles that, and
# imports the package of all codecs before. It makes do without.
sys.modules["encodings"] = type(sys)("encodings")
with_error = b"\xff"
try:
    with_error.decode()
except UnicodeDecodeError:
    del sys.modules["encodings"], with_error

# From here on nothing is imported that is not here already.
sys.meta_path.clear()
sys.path_importer_cache.clear()
for loaded in sys.modules.values():
    if isinstance(loaded, type(sys)):  # typing registers classes as modules
        for attribute in IMPORT_ATTRIBUTES:
            loaded.__dict__.pop(attribute, None)
