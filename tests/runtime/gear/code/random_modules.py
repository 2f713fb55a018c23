"""Random modules: mostly valid, with every instruction that is accepted, and code never reached.

With `mistakes`, a fraction of the instructions pays no heed to what is on the stack or to what
exists: modules that are slightly wrong are what a validator is for.
"""

import random

from parachain.runtime.gear.code.syscalls import SYSCALLS
from parachain.runtime.gear.wasm.leb128 import signed, unsigned
from parachain.runtime.gear.wasm.opcodes import (
    BLOCK,
    BR,
    BR_IF,
    BR_TABLE,
    CALL,
    CALL_INDIRECT,
    DROP,
    ELSE,
    EMPTY,
    END,
    GLOBAL_GET,
    GLOBAL_SET,
    I32,
    I32_CONST,
    I64,
    I64_CONST,
    IF,
    LOCAL_GET,
    LOCAL_SET,
    LOCAL_TEE,
    LOOP,
    MEMORY_GROW,
    NATURAL_ALIGNMENT,
    RETURN,
    SELECT,
    SIGNATURES,
    UNREACHABLE,
)

Signature = tuple[bytes, bytes]
STRUCTURED = (BLOCK, LOOP, IF, CALL, CALL_INDIRECT, BR_IF, SELECT, DROP)
VARIABLES = (LOCAL_GET, LOCAL_SET, LOCAL_TEE, GLOBAL_GET, GLOBAL_SET)
LEAVING = (BR, BR_TABLE, RETURN, UNREACHABLE)
PLAIN = tuple(
    op
    for op, known in enumerate(SIGNATURES)
    if known is not None and op not in (I32_CONST, I64_CONST, MEMORY_GROW)
)


def sized(content: bytes) -> bytes:
    return unsigned(len(content)) + content


def section(kind: int, entries: list[bytes]) -> bytes:
    return bytes((kind,)) + sized(unsigned(len(entries)) + b"".join(entries))


class _Function:
    """Writes one body."""

    def __init__(
        self,
        rng: random.Random,
        own: Signature,
        types: list[Signature],
        functions: list[int],
        global_types: list[tuple[int, bool]],
        mistakes: float,
    ) -> None:
        self.rng, self.own, self.types, self.functions = rng, own, types, functions
        self.globals, self.mistakes = global_types, mistakes
        self.groups = [(rng.randrange(3), rng.choice((I32, I64))) for _ in range(rng.randrange(3))]
        self.locals = own[0] + b"".join(bytes((kind,)) * count for count, kind in self.groups)
        self.out = bytearray()
        self.stack: list[int] = []
        #: (opcode, results, height, was dead)
        self.frames: list[tuple[int, bytes, int, bool]] = [(BLOCK, own[1], 0, False)]
        self.is_dead = False

    def number(self, value: int) -> bytes:
        short = unsigned(value)
        if self.rng.random() < 0.02 and len(short) < 5:  # a longer form of the same
            return short[:-1] + bytes((short[-1] | 0x80, 0))
        return short

    def const(self, kind: int) -> None:
        bits = self.rng.choice((3, 6, 7, 13, 31, 63 if kind == I64 else 31))
        value = self.rng.randrange(-(1 << bits), 1 << bits)
        self.out += bytes((I32_CONST if kind == I32 else I64_CONST,)) + signed(value)
        self.stack.append(kind)

    def need(self, kinds: bytes) -> None:
        """Have these types on the stack, then take them off."""
        if self.rng.random() < self.mistakes:
            return
        base = self.frames[-1][2]
        if bytes(self.stack[max(base, len(self.stack) - len(kinds)) :]) != kinds:
            given = self.is_dead and len(self.stack) == base  # by the stack that is never reached
            for kind in kinds[self.rng.randrange(len(kinds) + 1) if given else 0 :]:
                self.const(kind)
        del self.stack[max(base, len(self.stack) - len(kinds)) :]

    def label(self) -> tuple[int, bytes]:
        depth = self.rng.randrange(len(self.frames))
        op, results, _, _ = self.frames[-1 - depth]
        return depth, b"" if op == LOOP else results

    def die(self) -> None:
        del self.stack[self.frames[-1][2] :]
        self.is_dead = True

    def close(self) -> None:
        op, results, base, was_dead = self.frames[-1]
        if bytes(self.stack[base:]) != results:
            self.out += bytes((DROP,)) * (len(self.stack) - base)
            del self.stack[base:]
        self.need(results)
        del self.stack[base:]
        if op == IF and (results or self.rng.random() < 0.5):
            self.out.append(ELSE)
            self.frames[-1] = (ELSE, results, base, was_dead)
            self.is_dead = False
            return
        self.out.append(END)
        self.frames.pop()
        self.stack += results
        self.is_dead = was_dead

    def plain(self) -> None:
        op = self.rng.choice(PLAIN)
        known = SIGNATURES[op]
        assert known is not None
        self.need(known[0])
        self.out.append(op)
        if op in NATURAL_ALIGNMENT:
            exponent = self.rng.randrange(NATURAL_ALIGNMENT[op] + 1)
            self.out += self.number(exponent + (self.rng.random() < self.mistakes))
            self.out += self.number(self.rng.choice((0, 4, 1000, 2**31)))
        elif op == 0x3F:
            self.out.append(0)
        self.stack += known[1]

    def variable(self) -> None:
        op = self.rng.choice(VARIABLES)
        is_local = op < GLOBAL_GET
        count = len(self.locals) if is_local else len(self.globals)
        if self.rng.random() < self.mistakes:
            count += 1
        if not count:
            return
        index = self.rng.randrange(count)
        kind, mutable = I32, True
        if is_local and index < len(self.locals):
            kind = self.locals[index]
        elif not is_local and index < len(self.globals):
            kind, mutable = self.globals[index]
        if op == GLOBAL_SET and not mutable and self.rng.random() >= self.mistakes:
            return
        if op in (LOCAL_SET, LOCAL_TEE, GLOBAL_SET):
            self.need(bytes((kind,)))
        self.out += bytes((op,)) + self.number(index)
        if op in (LOCAL_GET, LOCAL_TEE, GLOBAL_GET):
            self.stack.append(kind)

    def structured(self) -> None:
        op = self.rng.choice(STRUCTURED)
        if op in (BLOCK, LOOP, IF):
            self.need(bytes((I32,)) if op == IF else b"")
            kind = self.rng.choice((EMPTY, EMPTY, I32, I64))
            self.out += bytes((op, kind))
            results = b"" if kind == EMPTY else bytes((kind,))
            self.frames.append((op, results, len(self.stack), self.is_dead))
            self.is_dead = False
        elif op == CALL:
            function = self.rng.randrange(len(self.functions) + (self.rng.random() < self.mistakes))
            params, results = self.types[self.functions[min(function, len(self.functions) - 1)]]
            self.need(params)
            self.out += bytes((CALL,)) + self.number(function)
            self.stack += results
        elif op == CALL_INDIRECT:
            index = self.rng.randrange(len(self.types))
            self.need(self.types[index][0] + bytes((I32,)))
            self.out += bytes((CALL_INDIRECT,)) + self.number(index) + b"\0"
            self.stack += self.types[index][1]
        elif op == BR_IF:
            depth, kinds = self.label()
            self.need(kinds + bytes((I32,)))
            self.out += bytes((BR_IF,)) + self.number(depth)
            self.stack += kinds
        elif op == SELECT:
            kind = self.rng.choice((I32, I64))
            self.need(bytes((kind, kind, I32)))
            self.out.append(SELECT)
            self.stack.append(kind)
        elif len(self.stack) > self.frames[-1][2]:
            self.out.append(DROP)
            self.stack.pop()

    def leaving(self) -> None:
        op = self.rng.choice(LEAVING)
        if op == BR:
            depth, kinds = self.label()
            self.need(kinds)
            self.out += bytes((BR,)) + self.number(depth)
        elif op == BR_TABLE:
            default, kinds = self.label()
            others = [self.label() for _ in range(self.rng.randrange(4))]
            depths = [d for d, k in others if k == kinds or self.rng.random() < self.mistakes]
            self.need(kinds + bytes((I32,)))
            self.out += bytes((BR_TABLE,)) + self.number(len(depths))
            self.out += b"".join(map(self.number, [*depths, default]))
        elif op == RETURN:
            self.need(self.own[1])
            self.out.append(RETURN)
        else:
            self.out.append(UNREACHABLE)
        self.die()

    def body(self, dead_code: bool) -> bytes:
        for _ in range(self.rng.randrange(60)):
            if not self.frames:
                break
            chance = self.rng.random()
            if chance < 0.4:
                self.plain()
            elif chance < 0.6:
                self.variable()
            elif chance < 0.82:
                self.structured()
            elif chance < 0.87:
                self.leaving()
                if not dead_code:
                    self.close()
            elif chance < 0.97 and len(self.frames) > 1:
                self.close()
        while self.frames and self.rng.random() >= self.mistakes / 10:
            self.close()
        groups = [unsigned(count) + bytes((kind,)) for count, kind in self.groups]
        return sized(unsigned(len(groups)) + b"".join(groups) + bytes(self.out))


def random_module(
    rng: random.Random,
    mistakes: float = 0.0,
    functions_besides: int | None = None,
    *,
    dead_code: bool = True,
) -> bytes:
    """A program that exports `init` and `handle`, imports system calls and has a name section.

    Code that is never reached can be impossible to instrument, so it can be left out.
    """
    besides = rng.randrange(5) if functions_besides is None else functions_besides
    imported = rng.sample(sorted(SYSCALLS), rng.randrange(4))
    kinds: list[Signature] = [(b"", b""), (bytes((I32,)), b"")][: rng.randrange(1, 3)]
    kinds += [
        (bytes(rng.choices((I32, I64), k=rng.randrange(4))), bytes(rng.choices((I32, I64), k=k)))
        for k in (0, 1, 1)
    ]
    kinds += [(SYSCALLS[name].params, SYSCALLS[name].results) for name in imported]
    first = len(kinds) - len(imported)
    own = [0, 0] + [rng.randrange(first) for _ in range(besides)]
    functions = [first + index for index in range(len(imported))] + own
    global_types = [(rng.choice((I32, I64)), rng.random() < 0.7) for _ in range(rng.randrange(4))]
    imports = [sized(b"env") + sized(b"memory") + b"\x02\x00\x02"]
    imports += [
        sized(b"env") + sized(name.encode()) + b"\0" + unsigned(first + index)
        for index, name in enumerate(imported)
    ]
    bodies = [
        _Function(rng, kinds[index], kinds, functions, global_types, mistakes).body(dead_code)
        for index in own
    ]
    exports = [
        sized(name) + b"\0" + unsigned(len(imported) + index)
        for index, name in enumerate((b"init", b"handle"))
    ]
    elements = [unsigned(rng.randrange(len(functions))) for _ in range(rng.randrange(4))]
    named = [unsigned(index) + sized(b"f%d" % index) for index in range(len(functions))]
    names = b"\x01" + sized(unsigned(len(named)) + b"".join(named))
    return b"".join(
        (
            b"\0asm\1\0\0\0",
            section(1, [b"\x60" + sized(params) + sized(results) for params, results in kinds]),
            section(2, imports),
            section(3, [unsigned(index) for index in own]),
            section(4, [b"\x70\x00\x08"]),
            section(6, [_global(kind, mutable) for kind, mutable in global_types]),
            section(7, exports),
            section(9, [b"\0\x41\0\x0b" + unsigned(len(elements)) + b"".join(elements)]),
            section(10, bodies),
            section(11, [b"\0\x41\x10\x0b" + sized(b"data")]),
            b"\0" + sized(sized(b"name") + names),
        )
    )


def _global(kind: int, mutable: bool) -> bytes:
    const = I32_CONST if kind == I32 else I64_CONST
    return bytes((kind, mutable, const)) + signed(7) + bytes((END,))
