// A chain that makes a block for each transaction, at once.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import { alice, bob, connect, free, succeed, TOKEN, watch } from './connection.mjs';

let api;
before(async () => {
  api = await connect();
});
after(() => api.disconnect());

const transfer = () => api.tx.balances.transferKeepAlive(bob.address, TOKEN);

test('no transaction, no block', async () => {
  assert.equal((await api.rpc.chain.getHeader()).number.toNumber(), 0);
});

test('each transaction is in a block of its own, finality follows', async () => {
  const before = await free(api, bob);
  const first = await watch(transfer(), alice);
  assert.equal((await first.reached('InBlock')).blockNumber.toNumber(), 1);
  const second = await succeed(transfer(), alice);
  assert.equal(second.blockNumber.toNumber(), 2);
  assert.equal(await free(api, bob), before + 2n * TOKEN);
  await first.reached('Finalized');
  assert.deepEqual(first.statuses, ['Ready', 'InBlock', 'Finalized']);
});

test('twenty in a row', async () => {
  const first = (await api.rpc.system.accountNextIndex(alice.address)).toNumber();
  const watches = await Promise.all(
    Array.from({ length: 20 }, (_, offset) => watch(transfer(), alice, { nonce: first + offset })),
  );
  await Promise.all(watches.map((watched) => watched.reached('InBlock')));
  const { nonce } = await api.query.system.account(alice.address);
  assert.equal(nonce.toNumber(), first + 20);
});
