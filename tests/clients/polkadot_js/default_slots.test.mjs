// The development chain as it is: slots of three seconds.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import { alice, bob, collect, connect, TOKEN, watch } from './connection.mjs';

let api;
before(async () => {
  api = await connect();
});
after(() => api.disconnect());

test('a transfer is final within three slots, blocks are three seconds apart', async () => {
  const started = Date.now();
  const watched = await watch(api.tx.balances.transferKeepAlive(bob.address, TOKEN), alice);
  const [first, second] = await collect(api.rpc.chain.subscribeNewHeads, 2, 'new heads');
  await watched.reached('Finalized');
  assert.ok(Date.now() - started < 9_500, 'final within three slots');
  assert.deepEqual(watched.statuses, ['Ready', 'InBlock', 'Finalized']);

  const time = async ({ hash }) => (await (await api.at(hash)).query.timestamp.now()).toNumber();
  const slot = async (header) => Math.floor((await time(header)) / 3000);
  assert.equal((await api.call.auraApi.slotDuration()).toNumber(), 3000);
  if (first.number.toNumber() > 0) {
    assert.equal((await slot(second)) - (await slot(first)), 1);
  }
});
