"""Runs in the first instance of the interpreter: from sources to code.

`argument` is (program, modules): the source of the second instance's program, and of each module
(name, file name, whether it is a package, source). Left in `result`: both compiled, marshalled.

Left out of the code is what only readers need: docstrings, except of decorated functions, where
decorators take them into the metadata, and the annotations of functions. Those of classes stay,
as they declare the fields of records. `assert` stays as well: it is part of what the runtime does.
"""

import marshal
from _ast import (
    AsyncFunctionDef,
    ClassDef,
    Constant,
    Expr,
    FunctionDef,
    Module,
    Pass,
    PyCF_ONLY_AST,
)

FUNCTIONS = (FunctionDef, AsyncFunctionDef)


def is_docstring(statement):
    return (
        isinstance(statement, Expr)
        and isinstance(statement.value, Constant)
        and isinstance(statement.value.value, str)
    )


def forget_docstring(node):
    body = node.body
    if body and is_docstring(body[0]):
        if len(body) > 1 or isinstance(node, Module):
            del body[0]
        else:
            first = body[0]
            body[0] = Pass(
                lineno=first.lineno,
                col_offset=first.col_offset,
                end_lineno=first.end_lineno,
                end_col_offset=first.end_col_offset,
            )


def forget_annotations(function):
    arguments = function.args
    every = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
    for argument in [*every, arguments.vararg, arguments.kwarg]:
        if argument is not None:
            argument.annotation = None
    function.returns = None


def reduce_tree(root):
    left = [root]
    while left:
        node = left.pop()
        if isinstance(node, FUNCTIONS):
            forget_annotations(node)
            if not node.decorator_list:
                forget_docstring(node)
        elif isinstance(node, (ClassDef, Module)):
            forget_docstring(node)
        for field in ("body", "orelse", "finalbody", "handlers"):
            nested = getattr(node, field, ())
            left.extend(nested if isinstance(nested, list) else ())


def compile_module(source, file_name):
    tree = compile(source, file_name, "exec", PyCF_ONLY_AST, True)
    reduce_tree(tree)
    return compile(tree, file_name, "exec", 0, True)


program, modules = argument  # noqa: F821  given by the builder
result = marshal.dumps(
    (
        compile(program, "import_runtime.py", "exec", 0, True),
        [
            (name, file_name, is_package, compile_module(source, file_name))
            for name, file_name, is_package, source in modules
        ],
    )
)
