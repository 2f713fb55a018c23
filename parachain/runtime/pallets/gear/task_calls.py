"""Calling off tasks that may have been run, or never been scheduled."""

from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.tasks import ScheduledTask
from parachain.runtime.pallets.gear_scheduler import task_pool


def call_off(ext: Ext, block: int, task: ScheduledTask) -> None:
    """Call a task off if it is scheduled. Only then does it cost the block gas."""
    if task_pool.contains(ext, block, task):
        task_pool.delete(ext, block, task)
