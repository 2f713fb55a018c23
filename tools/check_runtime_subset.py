"""Refuse what the pure part of the code must not contain.

`parachain/primitives` and `parachain/runtime` are compiled to WebAssembly and must give the same
result on every machine: they import only each other and a few modules of the standard
library, and use nothing whose outcome depends on the process (floats, hashes, set order) and no
mutable state of modules. Also counts lines: no file of the project grows past 400.

    python tools/check_runtime_subset.py [FILE ...]

Prints `file:line: reason` and exits 1 if anything is found.
"""

import ast
import sys
from pathlib import Path

PURE = ("parachain/primitives", "parachain/runtime")
ALLOWED_IMPORTS = frozenset(
    ("typing", "enum", "functools", "itertools", "operator", "collections", "struct", "bisect")
)
ALLOWED_PACKAGES = ("parachain.primitives", "parachain.runtime")
#: Runs only in the interpreter, whose door to the host is the module `_host`.
INSIDE_THE_BLOB = "parachain/runtime/blob/"
#: Names whose result differs between processes, or that reach outside.
FORBIDDEN_CALLS = frozenset(
    ("hash", "id", "float", "open", "input", "set", "frozenset", "print", "globals", "vars")
)
#: What may compile generated source: straight-line codecs and system calls, made at import.
GENERATES_CODE = (
    "parachain/primitives/scale/",
    "parachain/runtime/gear/syscalls/straight_line.py",
)
MAX_LINES = 400
#: Folders of what was fetched or made.
NOT_OURS = frozenset(("node_modules", "out"))


def _import_problem(module: str) -> str | None:
    if module.split(".", maxsplit=1)[0] in ALLOWED_IMPORTS or module.startswith(ALLOWED_PACKAGES):
        return None
    return f"import of {module}"


def _node_problems(node: ast.AST, generates: bool, in_blob: bool) -> list[str]:
    match node:
        case ast.Import(names=[ast.alias(name="_host")]) if in_blob:
            return []
        case ast.Import(names=names):
            return [p for a in names if (p := _import_problem(a.name))]
        case ast.ImportFrom(module=module, level=level):
            if level:
                return ["relative import"]
            problem = _import_problem(module or "")
            return [problem] if problem else []
        case ast.AsyncFunctionDef() | ast.Await():
            return ["async code"]
        case ast.Constant(value=float()):
            return ["float literal"]
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return ["true division"]
        case ast.Set() | ast.SetComp():
            return ["set: iteration order differs between processes"]
        case ast.Global():
            return ["global: mutable state of a module"]
        case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN_CALLS:
            return [f"{name}()"]
        case ast.Call(func=ast.Name(id="exec" | "eval" | "compile" as name)) if not generates:
            return [f"{name}()"]
    return []


def problems(path: str, source: str) -> list[tuple[int, str]]:
    """All (line, reason) that make `source` unfit for the pure part."""
    generates = path.startswith(GENERATES_CODE)
    return [
        (getattr(node, "lineno", 0), reason)
        for node in ast.walk(ast.parse(source))
        for reason in _node_problems(node, generates, path.startswith(INSIDE_THE_BLOB))
    ]


def check(paths: list[Path], root: Path) -> list[str]:
    """One line for each problem in `paths`."""
    found = []
    for path in paths:
        name = path.resolve().relative_to(root).as_posix()
        source = path.read_text(encoding="utf-8")
        lines = source.count("\n")
        if lines > MAX_LINES:
            found.append(f"{name}:1: {lines} lines, the limit is {MAX_LINES}")
        if name.startswith(PURE):
            found += [f"{name}:{line}: {reason}" for line, reason in problems(name, source)]
    return found


def main(arguments: list[str]) -> int:
    """Check the files given, or all of the project."""
    root = Path(__file__).resolve().parent.parent
    paths = [Path(a) for a in arguments] or [
        path
        for folder in ("parachain", "tests", "tools", "runtime_wasm")
        for path in sorted((root / folder).rglob("*.py"))
        if not NOT_OURS.intersection(path.parts)
    ]
    found = check(paths, root)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
