// Subscriptions to heads and runtime versions, and their end.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import { alice, bob, collect, connect, refused, succeed, TOKEN, within } from './connection.mjs';

let api;
before(async () => {
  api = await connect();
});
after(() => api.disconnect());

const numbers = (headers) => headers.map(({ number }) => number.toNumber());
const consecutive = (first, count) => Array.from({ length: count }, (_, index) => first + index);

test('new heads follow each other', async () => {
  const heads = await collect(api.rpc.chain.subscribeNewHeads, 4, 'new heads');
  assert.deepEqual(numbers(heads), consecutive(numbers(heads)[0], 4));
  for (const [index, head] of heads.entries()) {
    if (index > 0) {
      assert.equal(head.parentHash.toHex(), heads[index - 1].hash.toHex());
    }
  }
});

test('finalized heads have no gaps', async () => {
  const heads = await collect(api.rpc.chain.subscribeFinalizedHeads, 4, 'finalized heads');
  assert.deepEqual(numbers(heads), consecutive(numbers(heads)[0], 4));
  const best = await api.rpc.chain.getHeader();
  assert.ok(best.number.toNumber() > numbers(heads)[3], 'finality lags');
});

test('all heads', async () => {
  const heads = await collect(api.rpc.chain.subscribeAllHeads, 3, 'heads');
  assert.deepEqual(numbers(heads), consecutive(numbers(heads)[0], 3));
});

test('heads of polkadot.js apps', async () => {
  const [head] = await collect(api.derive.chain.subscribeNewHeads, 1, 'derived heads');
  assert.ok(head.number.toNumber() > 0);
  const [block] = await collect(api.derive.chain.subscribeNewBlocks, 1, 'derived blocks');
  assert.ok(block.block.extrinsics.length > 0);
  assert.ok(block.events.length > 0);
});

test('the runtime version now', async () => {
  const [version] = await collect(api.rpc.state.subscribeRuntimeVersion, 1, 'versions');
  assert.equal(version.specVersion.toNumber(), api.runtimeVersion.specVersion.toNumber());
  assert.equal(version.implName.toString(), api.runtimeVersion.implName.toString());
});

test('a subscription is ended once', async () => {
  const { provider } = api._rpcCore;
  const seen = [];
  const id = await provider.subscribe('chain_newHead', 'chain_subscribeNewHead', [], (_, head) =>
    seen.push(head.number),
  );
  await collect(api.rpc.chain.subscribeNewHeads, 2, 'new heads');
  assert.ok(seen.length > 0);
  assert.equal(await provider.send('chain_unsubscribeNewHead', [id]), true);
  const count = seen.length;
  await collect(api.rpc.chain.subscribeNewHeads, 2, 'new heads');
  assert.equal(seen.length, count, 'silence after the end');
  assert.equal(await provider.send('chain_unsubscribeNewHead', [id]), false);
});

test('a subscription belongs to its connection', async () => {
  const other = await connect();
  const id = await api._rpcCore.provider.send('chain_subscribeNewHeads', []);
  assert.equal(await other._rpcCore.provider.send('chain_unsubscribeNewHeads', [id]), false);
  assert.equal(await api._rpcCore.provider.send('chain_unsubscribeNewHeads', [id]), true);
  await other.disconnect();
});

test('a hundred subscriptions at once', async () => {
  const { provider } = api._rpcCore;
  const seen = new Map();
  const ids = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      provider.subscribe(
        'state_storage',
        'state_subscribeStorage',
        [[api.query.system.number.key(), api.query.system.account.key(bob.address)]],
        () => seen.set(index, (seen.get(index) ?? 0) + 1),
      ),
    ),
  );
  assert.equal(new Set(ids).size, 100);
  await succeed(api.tx.balances.transferKeepAlive(bob.address, TOKEN), alice);
  await collect(api.rpc.chain.subscribeNewHeads, 3, 'new heads');
  for (let index = 0; index < 100; index += 1) {
    assert.ok(seen.get(index) >= 3, `subscription ${index} was told ${seen.get(index)} times`);
  }
  await Promise.all(
    ids.map((id) => provider.unsubscribe('state_storage', 'state_unsubscribeStorage', id)),
  );
});

test('a client that disconnects comes back', async () => {
  const other = await connect();
  const disconnected = new Promise((resolve) => other.once('disconnected', resolve));
  await other.disconnect();
  await within(disconnected, 'the end of the connection');
  const connected = new Promise((resolve) => other.once('connected', resolve));
  await other.connect();
  await within(connected, 'a connection');
  assert.equal((await other.rpc.system.chain()).toString(), 'Development');
  const heads = await collect(other.rpc.chain.subscribeNewHeads, 2, 'new heads');
  assert.equal(heads.length, 2);
  await other.disconnect();
});

test('subscriptions need a connection that lasts', async () => {
  const { HttpProvider } = await import('@polkadot/api');
  const { ENDPOINT } = await import('./connection.mjs');
  const http = new HttpProvider(ENDPOINT.replace('ws:', 'http:'));
  assert.equal(await http.send('system_chain', []), 'Development');
  const error = await refused(http, 'chain_subscribeNewHeads', []);
  assert.match(error.message, /-3260\d/);
});
