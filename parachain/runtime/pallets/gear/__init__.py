"""Gear: programs, the messages between them and users, and the processing of both.

declarations, events   constants, storage, errors; events
calls, queue           dispatchables; `run` and the loop over the queue
block                  hooks, Gear's own count of blocks
uploads                codes and programs of users
user_messages          what users send, reply and claim; `prepaid`, when a voucher pays
execution, costs       one message: what is paid before the code runs, and running it
journal                what the notes of a journal do to the state
sending, mailbox       messages of programs on their way
waitlist, signals      messages that wait or have failed
reservations           gas reservations
tasks                  what the scheduler does
lifecycle, inheritance programs that begin and end
gas, funds             the gas tree with the bank; accounts outside the bank
actors, queue_run      who is a program; what one run finds out
"""

from parachain.runtime.pallets.gear import prepaid, queue
from parachain.runtime.pallets.gear.block import block_number
from parachain.runtime.pallets.gear.calls import (
    claim_value,
    claim_value_to_inheritor,
    create_program,
    exhaust_block_resources,
    send_message,
    send_reply,
    set_execute_inherent,
    upload_code,
    upload_program,
)
from parachain.runtime.pallets.gear.declarations import pallet
from parachain.runtime.pallets.gear.queue import run

__all__ = [
    "block_number",
    "claim_value",
    "claim_value_to_inheritor",
    "create_program",
    "exhaust_block_resources",
    "pallet",
    "prepaid",
    "queue",
    "run",
    "send_message",
    "send_reply",
    "set_execute_inherent",
    "upload_code",
    "upload_program",
]
