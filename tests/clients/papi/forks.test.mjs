// A reorganisation as PAPI sees it, on a chain that makes blocks only when it is told to.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { filter, lastValueFrom, Subject, tap, timeout } from 'rxjs';

import {
  alice,
  bob,
  connect,
  followEvents,
  free,
  PATIENCE_MS,
  TOKEN,
  transfer,
  value,
} from './connection.mjs';

let client;
let api;
let traffic;
before(async () => {
  ({ client, api, traffic } = connect({ raw: true }));
  await seal();
});
after(() => client.destroy());

/** Make a block, on the best one unless another is given; resolve with its hash. */
async function seal(parent = null) {
  return (await client._request('engine_createBlock', [true, false, parent])).hash;
}

function finalize(hash) {
  return client._request('engine_finalizeBlock', [hash]);
}

/** Wait until PAPI takes a block for the best one. */
function isBest(hash) {
  return value(client.bestBlocks$.pipe(filter(([best]) => best.hash === hash)));
}

test('the best chain changes, the other is pruned', async () => {
  const parent = await seal();
  const left = await seal(parent);
  await isBest(left);
  const fork = await seal(parent);
  const best = await seal(fork);
  await isBest(best);
  assert.deepEqual(
    (await client.getBestBlocks()).slice(0, 3).map(({ hash }) => hash),
    [best, fork, parent],
  );
  assert.ok(await client.getBlockHeader(left), 'a block that was left is still there');

  assert.equal(await finalize(best), true);
  await value(client.finalizedBlock$.pipe(filter(({ hash }) => hash === best)));
  const pruned = followEvents(traffic).flatMap((event) => event.prunedBlockHashes ?? []);
  assert.deepEqual(pruned, [left]);
});

/** Wait until the pool has a transaction for the next block. */
async function pending() {
  while ((await client._request('author_pendingExtrinsics', [])).length === 0) {
    await sleep(10);
  }
}

test('a transaction leaves the best chain and comes back', { timeout: PATIENCE_MS }, async () => {
  const parent = await seal();
  await isBest(parent);
  const before = await free(api, bob, 'best');
  const states = new Subject();
  const finalized = lastValueFrom(
    transfer(api, bob).signSubmitAndWatch(alice.signer).pipe(tap(states), timeout(PATIENCE_MS)),
  );
  const included = value(states.pipe(filter(({ found }) => found === true)));
  await pending();
  const left = await seal(parent);
  assert.equal((await included).block.hash, left);

  const gone = value(states.pipe(filter(({ found }) => found === false)));
  const fork = await seal(parent);
  const best = await seal(fork);
  await isBest(best);
  assert.equal((await gone).isValid, true);
  assert.equal(await free(api, bob, 'best'), before);

  await pending();
  const again = await seal(best);
  await isBest(again);
  assert.equal(await finalize(again), true);
  const last = await finalized;
  assert.equal(last.type, 'finalized');
  assert.equal(last.block.hash, again);
  assert.equal(await free(api, bob), before + TOKEN);
});
