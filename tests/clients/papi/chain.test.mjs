// What PAPI reads: heads, blocks, storage, constants, runtime calls; all by the new JSON-RPC.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import { alice, bob, connect, methods, TOKEN, value, values } from './connection.mjs';

let client;
let api;
let traffic;
before(() => {
  ({ client, api, traffic } = connect());
});
after(() => {
  const legacy = methods(traffic).filter(
    (name) => !/^(chainHead|chainSpec|archive|transaction)_v1_/.test(name),
  );
  client.destroy();
  assert.deepEqual(legacy, ['rpc_methods'], 'nothing of the old JSON-RPC is used');
});

test('the chain', async () => {
  const { name, genesisHash, properties } = await client.getChainSpecData();
  assert.equal(name, 'Development');
  assert.match(genesisHash, /^0x[0-9a-f]{64}$/);
  assert.deepEqual(properties, { ss58Format: 137, tokenDecimals: 12, tokenSymbol: 'TVARA' });
});

test('finalized blocks follow each other', async () => {
  const blocks = await values(client.finalizedBlock$, 5);
  for (const [index, block] of blocks.entries()) {
    assert.equal(block.number, blocks[0].number + index);
    if (index > 0) {
      assert.equal(block.parent, blocks[index - 1].hash);
    }
  }
});

test('the best chain ends at the finalized block', async () => {
  for (const chain of await values(client.bestBlocks$, 4)) {
    for (let index = 1; index < chain.length; index += 1) {
      assert.equal(chain[index - 1].parent, chain[index].hash);
      assert.equal(chain[index - 1].number, chain[index].number + 1);
    }
  }
  const blocks = await values(client.blocks$, 4);
  assert.equal(new Set(blocks.map(({ hash }) => hash)).size, 4);
});

test('header and body of a block', async () => {
  const { hash, number, parent } = await client.getFinalizedBlock();
  const header = await client.getBlockHeader(hash);
  assert.equal(header.number, number);
  assert.equal(header.parentHash, parent);
  assert.equal(header.digests.at(-1).type, 'seal');
  const body = await client.getBlockBody(hash);
  assert.ok(body.length >= 1);
  const best = await client.getBlockBody((await client.getBestBlocks())[0].hash);
  assert.ok(best.length >= 1);
});

test('one value, several, all', async () => {
  const { Account } = api.query.System;
  const info = await Account.getValue(alice.address);
  assert.ok(info.data.free > TOKEN);
  const [first, second] = await Account.getValues([[alice.address], [bob.address]]);
  assert.ok(first.data.free > TOKEN);
  assert.ok(second.data.free > TOKEN);
  const entries = await Account.getEntries();
  const addresses = entries.map(({ keyArgs: [address] }) => address);
  assert.ok(addresses.includes(alice.address));
  assert.ok(addresses.includes(bob.address));
  assert.equal(await api.query.System.AuthorizedUpgrade.getValue(), undefined);
  assert.equal(await api.query.Sudo.Key.getValue({ at: 'best' }), alice.address);
  const raw = await client.rawQuery(await api.query.Balances.TotalIssuance.getKey());
  assert.equal(raw.length, 2 + 2 * 16);
  assert.ok((await client.rawQuery(':code')).length > 2);
});

test('values are watched', async () => {
  const numbers = await values(api.query.System.Number.watchValue({ at: 'finalized' }), 3);
  assert.deepEqual(
    numbers.map(({ value: number }) => number),
    numbers.map(({ block }) => block.number),
  );
  const best = await values(api.query.System.Number.watchValue({ at: 'best' }), 3);
  assert.equal(best.length, 3);
  const { entries, deltas } = await value(api.query.System.Account.watchEntries());
  assert.ok(entries.length >= 3);
  assert.equal(deltas.upserted.length, entries.length);
});

test('constants', async () => {
  assert.equal(await api.constants.Balances.ExistentialDeposit(), TOKEN);
  assert.equal(await api.constants.System.SS58Prefix(), 137);
  const version = await api.constants.System.Version();
  assert.equal(version.spec_name, 'gear-parachain');
});

test('runtime calls', async () => {
  const version = await api.apis.Core.version();
  assert.ok(version.spec_version >= 20_000);
  const nonce = await api.apis.AccountNonceApi.account_nonce(alice.address);
  assert.equal(nonce, (await api.query.System.Account.getValue(alice.address)).nonce);
  const authorities = await api.apis.AuraApi.authorities();
  assert.deepEqual(authorities, [`0x${Buffer.from(alice.publicKey).toString('hex')}`]);
  const details = await api.apis.TransactionPaymentApi.query_length_to_fee(100);
  assert.ok(details > 0n);
});

test('the metadata is the latest version', async () => {
  const { hash } = await client.getFinalizedBlock();
  const metadata = await client.getMetadata(hash);
  const { unifyMetadata, decAnyMetadata } = await import('@polkadot-api/substrate-bindings');
  const { pallets, apis } = unifyMetadata(decAnyMetadata(metadata));
  assert.ok(pallets.some(({ name }) => name === 'Balances'));
  assert.ok(apis.some(({ name }) => name === 'TaggedTransactionQueue'));
});

test('an old block is read from the archive', async () => {
  const { genesisHash } = await client.getChainSpecData();
  assert.equal(await api.query.Timestamp.Now.getValue({ at: genesisHash }), 0n);
  assert.equal((await client.getBlockHeader(genesisHash)).number, 0);
  assert.deepEqual(await client.getBlockBody(genesisHash), []);
  assert.equal(await api.apis.AccountNonceApi.account_nonce(alice.address, { at: genesisHash }), 0);
  const entries = await api.query.System.Account.getEntries({ at: genesisHash });
  assert.ok(entries.length >= 3);
  assert.ok(methods(traffic).includes('archive_v1_storage'));
});
