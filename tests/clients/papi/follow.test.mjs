// chainHead_v1_follow under load: operations in every block, pinned blocks given back.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { createClient as createSubstrateClient } from '@polkadot-api/substrate-client';
import { getWsRawProvider } from 'polkadot-api/ws';
import { mergeMap, take, timeout, toArray, lastValueFrom } from 'rxjs';
import WebSocket from 'ws';

import {
  alice,
  bob,
  connect,
  ENDPOINT,
  followEvents,
  methods,
  PATIENCE_MS,
  values,
} from './connection.mjs';

const BLOCKS = 25;

test('without the layer that mends nodes, all the same', async () => {
  const { client, api, traffic } = connect({ raw: true });
  const blocks = await values(client.finalizedBlock$, 3);
  assert.equal(blocks[2].number, blocks[0].number + 2);
  assert.ok((await api.query.System.Account.getEntries()).length > 2);
  client.destroy();
  assert.ok(methods(traffic).every((name) => name.includes('_v1_') || name === 'rpc_methods'));
});

test('operations in each of many blocks; every block is unpinned', async () => {
  const { client, api, traffic } = connect();
  const work = client.finalizedBlock$.pipe(
    take(BLOCKS),
    mergeMap(async ({ hash, number }) => {
      const [header, body, entries, info, nonce] = await Promise.all([
        client.getBlockHeader(hash),
        client.getBlockBody(hash),
        api.query.System.Account.getEntries({ at: hash }),
        api.query.System.Account.getValue(bob.address, { at: hash }),
        api.apis.AccountNonceApi.account_nonce(alice.address, { at: hash }),
      ]);
      assert.equal(header.number, number);
      assert.ok(body.length > 0);
      assert.ok(entries.length > 2);
      assert.ok(info.data.free > 0n);
      assert.ok(nonce >= 0);
      return hash;
    }),
    toArray(),
    timeout(2 * PATIENCE_MS),
  );
  const worked = await lastValueFrom(work);
  assert.equal(new Set(worked).size, BLOCKS);
  await values(client.finalizedBlock$, 3);
  client.destroy();

  const unpinned = new Set(
    traffic.sent
      .filter(({ method }) => method === 'chainHead_v1_unpin')
      .flatMap(({ params }) => params[1]),
  );
  for (const hash of worked) {
    assert.ok(unpinned.has(hash), `${hash} was unpinned`);
  }
  const kinds = new Set(followEvents(traffic).map(({ event }) => event));
  for (const kind of ['stop', 'operationError', 'operationInaccessible']) {
    assert.equal(kinds.has(kind), false, kind);
  }
  assert.equal(
    traffic.received.some(({ error }) => error),
    false,
    'no request failed',
  );
});

test('the order of events', async () => {
  const { client, traffic } = connect({ raw: true });
  await values(client.finalizedBlock$, 4);
  client.destroy();
  const events = followEvents(traffic);
  assert.equal(events[0].event, 'initialized');
  assert.ok(events[0].finalizedBlockHashes.length >= 1);
  assert.equal(events[0].finalizedBlockRuntime.type, 'valid');
  assert.equal(events[0].finalizedBlockRuntime.spec.specName, 'gear-parachain');
  const reported = new Set(events[0].finalizedBlockHashes);
  for (const event of events.slice(1)) {
    if (event.event === 'newBlock') {
      assert.ok(reported.has(event.parentBlockHash), 'a parent comes before its child');
      assert.equal(event.newRuntime, null);
      reported.add(event.blockHash);
    } else if (event.event === 'bestBlockChanged') {
      assert.ok(reported.has(event.bestBlockHash), 'the best block was reported');
    } else if (event.event === 'finalized') {
      assert.ok(event.finalizedBlockHashes.every((hash) => reported.has(hash)));
    }
  }
});

test('two follows on one connection, stopped operations, unpinned blocks', async () => {
  const client = createSubstrateClient(getWsRawProvider(ENDPOINT, { websocketClass: WebSocket }));
  const errors = [];
  const follow = () => {
    let resolve;
    const initialized = new Promise((done) => {
      resolve = done;
    });
    const chain = client.chainHead(
      true,
      (event) => event.type === 'initialized' && resolve(event),
      (error) => errors.push(error),
    );
    return { chain, initialized };
  };
  const [first, second] = [follow(), follow()];
  const { finalizedBlockHashes: hashes } = await first.initialized;
  await second.initialized;
  const hash = hashes.at(-1);

  const abort = new AbortController();
  const stopped = first.chain.storage(hash, 'descendantsValues', '0x', null, abort.signal);
  abort.abort();
  await assert.rejects(stopped, /abort/i);

  const all = await first.chain.storage(hash, 'descendantsValues', '0x', null);
  assert.ok(all.length > 10);
  const hashed = await first.chain.storage(hash, 'descendantsHashes', '0x', null);
  assert.equal(hashed.length, all.length);
  const merkle = await first.chain.storage(hash, 'closestDescendantMerkleValue', '0x', null);
  assert.match(merkle, /^0x/);

  await first.chain.unpin([hash]);
  await assert.rejects(first.chain.header(hash));
  assert.match(await second.chain.header(hash), /^0x/, 'the other still has it');
  await assert.rejects(first.chain.unpin([hash]));

  const output = await second.chain.call(hash, 'Core_version', '0x');
  assert.match(output, /^0x/);
  await assert.rejects(second.chain.call(hash, 'Core_nothing', '0x'));
  first.chain.unfollow();
  second.chain.unfollow();
  assert.deepEqual(errors, []);
  client.destroy();
});

test('a transaction is watched by transactionWatch_v1', async () => {
  const { client, api } = connect();
  const tx = await api.tx.System.remark({ remark: new Uint8Array([1, 2, 3]) }).sign(bob.signer);
  const watched = client._subscribe(
    'transactionWatch_v1_submitAndWatch',
    'transactionWatch_v1_unwatch',
    [`0x${Buffer.from(tx).toString('hex')}`],
  );
  const seen = [];
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(JSON.stringify(seen))), PATIENCE_MS);
    const subscription = watched.subscribe({
      next(event) {
        seen.push(event);
        if (event.event === 'finalized') {
          clearTimeout(timer);
          setImmediate(() => subscription.unsubscribe());
          resolve();
        }
      },
      error: reject,
    });
  });
  const included = seen.filter(({ event, block }) => event !== 'bestChainBlockIncluded' || block);
  assert.deepEqual(
    included.map(({ event }) => event),
    ['validated', 'bestChainBlockIncluded', 'finalized'],
  );
  assert.deepEqual(included[1].block, included[2].block);
  client.destroy();
});
