"""`program upload | create | send | reply | read-state | watch | claim`: using programs by hand."""

import argparse
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from parachain.client.crypto.hashing import blake2_256
from parachain.client.crypto.keys import KeyPair, pair_from_uri
from parachain.node.arguments import count
from parachain.node.program import values
from parachain.node.program.connection import connected
from parachain.node.program.journey import Sent, answers, fee_of, needed_gas, sent_by, shown_code
from parachain.node.program.remote import Included, RemoteChain
from parachain.node.program.report import Report
from parachain.node.program.values import (
    shown_account,
    shown_amount,
    shown_gas,
    shown_hex,
    shown_payload,
)
from parachain.node.program.watching import Watcher
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.pallets import gear, gear_bank
from parachain.runtime.pallets.balances.declarations import TRANSFER

DEFAULT_URL: Final = "ws://127.0.0.1:9944"
DEFAULT_SIGNER: Final = "//Alice"

_Command = Callable[[argparse.Namespace, "_Session"], None]


def add(commands: Any) -> None:
    """Add `program` and its sub-commands."""
    parser = commands.add_parser("program", help="upload programs, send them messages")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    upload = _action(actions, "upload", "upload a code and make a program of it", _upload)
    upload.add_argument("wasm", type=Path, help="file of the code")
    _add_creation(upload)
    create = _action(actions, "create", "make a program of a code that is there", _create)
    create.add_argument("code", type=values.identifier, help="id of the code")
    _add_creation(create)
    send = _action(actions, "send", "send a message to a program, wait for the reply", _send)
    send.add_argument("program", type=values.identifier, help="id of the program")
    _add_message(send)
    reply = _action(actions, "reply", "reply to a message of the mailbox", _reply)
    reply.add_argument("message", type=values.identifier, help="id of the message")
    _add_message(reply)
    claim = _action(actions, "claim", "take the value of a message of the mailbox", _claim)
    claim.add_argument("message", type=values.identifier, help="id of the message")
    _add_signer(claim)
    state = _action(actions, "read-state", "ask a program for its state", _read_state)
    state.add_argument("program", type=values.identifier, help="id of the program")
    state.add_argument("payload", type=values.payload, nargs="?", default=b"", help="the question")
    watch = _action(actions, "watch", "show what happens to programs, as it happens", _watch)
    watch.add_argument(
        "program", type=values.identifier, nargs="?", help="id of one program; all without it"
    )
    watch.add_argument(
        "--from", dest="first", type=count, help="begin with this block; with the next without it"
    )
    watch.add_argument("--blocks", type=count, help="end after so many blocks")


def _action(actions: Any, name: str, text: str, run: _Command) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        name, help=text, description=f"{text.capitalize()}."
    )
    parser.add_argument("--url", default=DEFAULT_URL, help=f"WebSocket of a node ({DEFAULT_URL})")
    parser.add_argument("--output-type", choices=("text", "json"), default="text")
    parser.set_defaults(run=partial(_session, run))
    return parser


def _add_signer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--suri", default=DEFAULT_SIGNER, help=f"secret URI of who signs ({DEFAULT_SIGNER})"
    )


def _add_funds(parser: argparse.ArgumentParser) -> None:
    _add_signer(parser)
    parser.add_argument(
        "--gas", type=values.gas, default=None, help="gas limit; calculated without it (auto)"
    )
    parser.add_argument(
        "--value", type=values.amount, default=0, help="plancks, or tokens as in 1.5TVARA"
    )


def _add_creation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--init", type=values.payload, default=b"", help="payload for its init")
    parser.add_argument(
        "--salt", type=values.payload, help="makes the id another one; random without it"
    )
    _add_funds(parser)


def _add_message(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "payload",
        type=values.payload,
        nargs="?",
        default=b"",
        help="text, 0x and hex digits, or @FILE",
    )
    _add_funds(parser)


class _Session:
    """One command at work: who signs, the chain, where its report goes."""

    def __init__(self, args: argparse.Namespace, chain: RemoteChain) -> None:
        self.chain = chain
        self.report = Report(as_json=args.output_type == "json")
        chain.check_runtime()

    def signer(self, args: argparse.Namespace) -> KeyPair:
        return pair_from_uri(args.suri)

    def gas(self, args: argparse.Namespace, method: str, *params: Any) -> int:
        """Return the gas limit that was asked for, or calculate one."""
        if args.gas is not None:
            return int(args.gas)
        found = needed_gas(self.chain, method, *params, args.value, True)
        self.report.line("gas", f"{shown_gas(found)} (calculated)", limit=found)
        return found

    def submit(self, signer: KeyPair, call: RuntimeCall) -> Included:
        included = self.chain.submit(signer, call)
        block, fee = included.block, fee_of(included)
        self.report.line(
            "block",
            f"{block.number} ({shown_hex(block.hash)}), fee {shown_amount(fee)}",
            number=block.number,
            hash=shown_hex(block.hash),
            fee=str(fee),
        )
        return included

    def sent(self, included: Included) -> Sent:
        """Report the message of an extrinsic."""
        message = sent_by(included)
        ids = {"id": shown_hex(message.id), "destination": shown_hex(message.destination)}
        where = "" if message.queued else ", which is no program: it is in the mailbox of a user"
        self.report.line("message", f"{ids['id']} to {ids['destination']}{where}", **ids)
        return message

    def follow(self, included: Included) -> None:
        """Report the message of an extrinsic and what comes of it, up to the reply."""
        message = self.sent(included)
        if not message.queued:
            return
        for sent, _, expiration in answers(self.chain, included, message):
            facts = {
                "id": shown_hex(sent.id),
                "source": shown_hex(sent.source),
                "payload": shown_hex(sent.payload),
                "value": str(sent.value),
            }
            value = f", value {shown_amount(sent.value)}" if sent.value else ""
            if sent.details is not None:
                code = shown_code(sent.details.code)
                said = "" if code.endswith("answer") else f": {shown_payload(sent.payload)}"
                self.report.line("reply", code + said + value, code=code, **facts)
                continue
            kept = "" if expiration is None else f", in the mailbox until block {expiration}"
            text = f"{facts['id']}: {shown_payload(sent.payload)}{value}{kept}"
            self.report.line("received", text, expiration=expiration, **facts)


def _session(run: _Command, args: argparse.Namespace) -> None:
    with connected(args.url) as connection:
        run(args, _Session(args, RemoteChain(connection)))


def _upload(args: argparse.Namespace, session: _Session) -> None:
    code = args.wasm.read_bytes()
    code_id = shown_hex(blake2_256(code))
    signer = session.signer(args)
    session.report.line("code", f"{code_id}, {len(code)} bytes", id=code_id, bytes=len(code))
    gas = session.gas(
        args,
        "gear_calculateInitUploadGas",
        shown_hex(signer.account_id),
        shown_hex(code),
        shown_hex(args.init),
    )
    call = gear.upload_program(code, _salt(args, session), args.init, gas, args.value, True)
    _created(session, session.submit(signer, call))


def _create(args: argparse.Namespace, session: _Session) -> None:
    signer = session.signer(args)
    gas = session.gas(
        args,
        "gear_calculateInitCreateGas",
        shown_hex(signer.account_id),
        shown_hex(args.code),
        shown_hex(args.init),
    )
    call = gear.create_program(args.code, _salt(args, session), args.init, gas, args.value, True)
    _created(session, session.submit(signer, call))


def _salt(args: argparse.Namespace, session: _Session) -> bytes:
    """Return the salt that was asked for, or one that no earlier program of this code has."""
    return session.chain.best().hash if args.salt is None else bytes(args.salt)


def _created(session: _Session, included: Included) -> None:
    program = shown_hex(sent_by(included).destination)
    session.report.line("program", program, id=program)
    session.follow(included)


def _send(args: argparse.Namespace, session: _Session) -> None:
    signer = session.signer(args)
    gas = session.gas(
        args,
        "gear_calculateHandleGas",
        shown_hex(signer.account_id),
        shown_hex(args.program),
        shown_hex(args.payload),
    )
    call = gear.send_message(args.program, args.payload, gas, args.value, True)
    session.follow(session.submit(signer, call))


def _reply(args: argparse.Namespace, session: _Session) -> None:
    signer = session.signer(args)
    gas = session.gas(
        args,
        "gear_calculateReplyGas",
        shown_hex(signer.account_id),
        shown_hex(args.message),
        shown_hex(args.payload),
    )
    call = gear.send_reply(args.message, args.payload, gas, args.value, True)
    session.sent(session.submit(signer, call))


def _claim(args: argparse.Namespace, session: _Session) -> None:
    signer = session.signer(args)
    included = session.submit(signer, gear.claim_value(args.message))
    claimed = sum(
        event.values[2]
        for event in included.events
        if event.declaration is TRANSFER and event.values[:2] == (gear_bank.BANK, signer.account_id)
    )
    text = f"{shown_amount(claimed)} for {shown_account(signer.account_id)}"
    session.report.line("claimed", text, value=str(claimed))


def _read_state(args: argparse.Namespace, session: _Session) -> None:
    found = session.chain.call("gear_readState", shown_hex(args.program), shown_hex(args.payload))
    state = bytes.fromhex(found[2:])
    session.report.line("state", shown_payload(state), payload=found)


def _watch(args: argparse.Namespace, session: _Session) -> None:
    watcher = Watcher(session.report, args.program)
    with suppress(KeyboardInterrupt):
        last = session.chain.best().number if args.first is None else args.first - 1
        for block in islice(session.chain.blocks_after(last), args.blocks):
            for _, event in session.chain.events(block):
                watcher.show(block, event)
