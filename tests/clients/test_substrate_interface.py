"""substrate-interface, the Python client, over WebSocket and HTTP.

Its codec keeps types in state of the whole process, so that two clients of different chains
disturb each other. Here all of them are clients of one chain, and each is closed.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from substrateinterface import ExtrinsicReceipt, Keypair, SubstrateInterface
from substrateinterface.exceptions import SubstrateRequestException

from tests.clients.client_node import assert_no_trouble, fast_chain, running_node
from tests.node_process import NodeProcess

TOKEN: Final = 10**12
SS58_FORMAT: Final = 137

ALICE: Final = Keypair.create_from_uri("//Alice", ss58_format=SS58_FORMAT)
BOB: Final = Keypair.create_from_uri("//Bob", ss58_format=SS58_FORMAT)
POOR: Final = Keypair.create_from_uri("//Poor", ss58_format=SS58_FORMAT)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    with running_node(fast_chain(tmp_path_factory.mktemp("chain"))) as node:
        yield node
        assert_no_trouble(node)


@pytest.fixture(scope="module", params=["ws", "http"])
def any_client(node: NodeProcess, request: pytest.FixtureRequest) -> Iterator[SubstrateInterface]:
    """A client for requests without subscriptions, over each transport."""
    url = node.ws_url if request.param == "ws" else node.http_url
    with SubstrateInterface(url=url) as client:
        yield client


@pytest.fixture(scope="module")
def client(node: NodeProcess) -> Iterator[SubstrateInterface]:
    with SubstrateInterface(url=node.ws_url) as client:
        yield client


def transfer(client: SubstrateInterface, amount: int = TOKEN) -> Any:
    return client.compose_call(
        "Balances", "transfer_keep_alive", {"dest": BOB.ss58_address, "value": amount}
    )


def included(
    client: SubstrateInterface, call: Any, signer: Keypair = ALICE, **options: Any
) -> ExtrinsicReceipt:
    """Submit a call and wait until it is in a block."""
    signed = client.create_signed_extrinsic(call, signer, **options)
    return client.submit_extrinsic(signed, wait_for_inclusion=True)


def free(client: SubstrateInterface, who: Keypair) -> int:
    balance: int = client.query("System", "Account", [who.ss58_address]).value["data"]["free"]
    return balance


# -- reading -------------------------------------------------------------------------------------


def test_chain_identity(any_client: SubstrateInterface) -> None:
    assert any_client.chain == "Development"
    assert any_client.name == "Gear Node"
    assert any_client.ss58_format == SS58_FORMAT
    assert (any_client.token_decimals, any_client.token_symbol) == (12, "TVARA")
    assert any_client.supports_rpc_method("state_getKeysPaged")


def test_metadata_is_read(any_client: SubstrateInterface) -> None:
    pallets = [pallet["name"] for pallet in any_client.get_metadata_modules()]
    assert pallets[:2] == ["System", "Timestamp"]
    assert "Sudo" in pallets
    calls = {call["call_name"] for call in any_client.get_metadata_call_functions()}
    assert {"remark_with_event", "transfer_keep_alive", "as_multi"} <= calls
    error = any_client.get_metadata_error("Sudo", "RequireSudo")
    assert error.docs


def test_constants(any_client: SubstrateInterface) -> None:
    assert any_client.get_constant("Balances", "ExistentialDeposit").value == TOKEN
    assert any_client.get_constant("System", "BlockHashCount").value == 2400
    assert any_client.get_constant("System", "Version").value["spec_name"] == "gear-parachain"


def test_storage_is_queried(any_client: SubstrateInterface) -> None:
    assert free(any_client, ALICE) > TOKEN
    assert free(any_client, POOR) == 0
    assert any_client.query("Sudo", "Key").value == ALICE.ss58_address
    keys = [
        any_client.create_storage_key("System", "Account", [BOB.ss58_address]),
        any_client.create_storage_key("Timestamp", "Now", []),
    ]
    (_, bob), (_, now) = any_client.query_multi(keys)
    assert bob.value["data"]["free"] > TOKEN
    assert now.value > 0


def test_a_map_is_queried_in_pages(any_client: SubstrateInterface) -> None:
    found = {
        who.value: info.value
        for who, info in any_client.query_map("System", "Account", page_size=2)
    }
    assert found[BOB.ss58_address]["data"]["free"] > TOKEN
    assert len(found) > 2


def test_past_blocks_are_queried(any_client: SubstrateInterface) -> None:
    first = any_client.get_block_hash(1)
    assert any_client.query("System", "Number", block_hash=first).value == 1
    assert any_client.get_block_number(first) == 1
    assert any_client.query("System", "Number").value >= 1
    genesis = any_client.get_block_hash(0)
    assert any_client.query("Timestamp", "Now", block_hash=genesis).value == 0


def test_blocks_are_decoded(any_client: SubstrateInterface) -> None:
    block = any_client.get_block()
    timestamp = block["extrinsics"][0].value["call"]
    assert (timestamp["call_module"], timestamp["call_function"]) == ("Timestamp", "set")
    header = any_client.get_block_header(block_hash=block["header"]["hash"])
    assert header["header"]["number"] == block["header"]["number"]
    events = any_client.get_events(block["header"]["hash"])
    assert events[0].value["event_id"] == "ExtrinsicSuccess"
    finalised = any_client.get_block_header(finalized_only=True)["header"]["number"]
    assert finalised <= any_client.get_block_number(any_client.get_chain_head())


def test_runtime_calls(any_client: SubstrateInterface) -> None:
    nonce = any_client.runtime_call("AccountNonceApi", "account_nonce", [POOR.ss58_address])
    assert nonce.value == 0
    version = any_client.runtime_call("Core", "version").value
    assert version["spec_version"] >= 20_000
    assert any_client.get_account_nonce(POOR.ss58_address) == 0


def test_the_fee_is_asked(any_client: SubstrateInterface) -> None:
    info = any_client.get_payment_info(transfer(any_client), ALICE)
    assert info["partialFee"] > 0
    assert info["class"] == "Normal"


# -- sending -------------------------------------------------------------------------------------


def test_a_transfer_is_included(client: SubstrateInterface) -> None:
    fee = client.get_payment_info(transfer(client), ALICE)["partialFee"]
    before = free(client, BOB)
    receipt = included(client, transfer(client))
    assert receipt.is_success, receipt.error_message
    assert receipt.total_fee_amount == fee
    assert [event.value["event_id"] for event in receipt.triggered_events] == [
        "Withdraw",
        "Transfer",
        "Deposit",
        "TransactionFeePaid",
        "ExtrinsicSuccess",
    ]
    assert free(client, BOB) == before + TOKEN
    block = client.get_block(receipt.block_hash)
    assert block["extrinsics"][receipt.extrinsic_idx].value["address"] == ALICE.ss58_address


def test_a_transfer_is_finalised(client: SubstrateInterface) -> None:
    signed = client.create_signed_extrinsic(transfer(client), ALICE, era={"period": 64}, tip=7)
    receipt = client.submit_extrinsic(signed, wait_for_finalization=True)
    assert receipt.finalized
    assert receipt.is_success, receipt.error_message


def test_a_transfer_over_http(node: NodeProcess, client: SubstrateInterface) -> None:
    paid = free(client, BOB) + TOKEN
    with SubstrateInterface(url=node.http_url) as http:
        signed = http.create_signed_extrinsic(transfer(http), ALICE)
        assert http.submit_extrinsic(signed).extrinsic_hash == f"0x{signed.extrinsic_hash.hex()}"

    def on_change(_: object, value: Any, update: int, __: str) -> bool | None:
        assert update < 2
        return True if value.value["data"]["free"] == paid else None

    account = client.create_storage_key("System", "Account", [BOB.ss58_address])
    assert client.subscribe_storage([account], on_change)


def test_a_failed_dispatch_is_explained(client: SubstrateInterface) -> None:
    call = client.compose_call(
        "Proxy",
        "remove_proxy",
        {"delegate": BOB.ss58_address, "proxy_type": "Any", "delay": 0},
    )
    receipt = included(client, call)
    assert not receipt.is_success
    assert receipt.error_message["type"] == "Module"
    assert receipt.error_message["name"] == "NotFound"
    assert receipt.error_message["docs"]


def test_calls_within_calls(client: SubstrateInterface) -> None:
    before = free(client, BOB)
    batch = client.compose_call("Utility", "batch_all", {"calls": [transfer(client)] * 2})
    assert included(client, batch).is_success
    assert free(client, BOB) == before + 2 * TOKEN
    remark = client.compose_call("System", "remark_with_event", {"remark": "0x2a"})
    sudo = included(client, client.compose_call("Sudo", "sudo", {"call": remark}))
    assert sudo.is_success


def test_two_of_two_sign(client: SubstrateInterface) -> None:
    account = client.generate_multisig_account([ALICE.ss58_address, BOB.ss58_address], 2)
    pay = client.compose_call(
        "Balances", "transfer_keep_alive", {"dest": account.ss58_address, "value": 10 * TOKEN}
    )
    assert included(client, pay).is_success
    call = transfer(client, 3 * TOKEN)
    for signer in (ALICE, BOB):
        signed = client.create_multisig_extrinsic(call, signer, account)
        receipt = client.submit_extrinsic(signed, wait_for_inclusion=True)
        assert receipt.is_success, receipt.error_message
    left = client.query("System", "Account", [account.ss58_address]).value["data"]["free"]
    assert left == 7 * TOKEN


def test_an_invalid_transaction_is_refused(client: SubstrateInterface) -> None:
    signed = client.create_signed_extrinsic(transfer(client), POOR)
    with pytest.raises(SubstrateRequestException) as refusal:
        client.submit_extrinsic(signed)
    error = refusal.value.args[0]
    assert (error["code"], error["message"]) == (1010, "Invalid Transaction")
    assert error["data"].startswith("Inability to pay some fees")
    assert client.retrieve_pending_extrinsics() == []


# -- subscriptions -------------------------------------------------------------------------------


@pytest.mark.parametrize("finalized_only", [False, True])
def test_headers_are_followed(client: SubstrateInterface, *, finalized_only: bool) -> None:
    numbers: list[int] = []

    def on_header(header: dict[str, Any], update: int, _: str) -> list[int] | None:
        numbers.append(header["header"]["number"])
        return numbers if update == 3 else None

    client.subscribe_block_headers(on_header, finalized_only=finalized_only)
    assert numbers == list(range(numbers[0], numbers[0] + 4))


def test_a_value_is_followed(client: SubstrateInterface) -> None:
    numbers: list[int] = []

    def on_change(_: object, value: Any, update: int, __: str) -> list[int] | None:
        numbers.append(value.value)
        return numbers if update == 2 else None

    client.subscribe_storage([client.create_storage_key("System", "Number", [])], on_change)
    assert numbers == list(range(numbers[0], numbers[0] + 3))
