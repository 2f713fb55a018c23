"""GearBuiltinApi: where the builtin actors are.

Source: gear, vara/pallets/gear-builtin/rpc/runtime-api/src/lib.rs.
"""

from parachain.primitives.scale import H256, U64, fields
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.runtime_api import RuntimeApi
from parachain.runtime.pallets.gear_builtin.registry import actor_id

gear_builtin_api = RuntimeApi(
    "GearBuiltinApi", 1, bytes.fromhex("f757f704c8ea14fe"), "Where the builtin actors are."
)


@gear_builtin_api.method(fields(("builtin_id", U64)), H256)
def query_actor_id(ext: Ext, builtin_id: int) -> bytes:  # noqa: ARG001  # entry points share one signature
    """Calculate the id of a builtin actor from its number, be there one or not."""
    return actor_id(builtin_id)
