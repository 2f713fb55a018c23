// Storage as clients read it: one value, many, pages, subscriptions, proofs, past blocks.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import { stringToHex } from '@polkadot/util';

import {
  account,
  alice,
  bob,
  connect,
  free,
  fund,
  refused,
  submit,
  succeed,
  TOKEN,
  within,
} from './connection.mjs';

let api;
before(async () => {
  api = await connect();
});
after(() => api.disconnect());

/** Collects what a subscription pushes; `until(test)` resolves with the first that passes. */
function stream() {
  const values = [];
  let wake = () => {};
  return {
    values,
    push(value) {
      values.push(value);
      wake();
    },
    until(passes, what) {
      const found = (async () => {
        for (let next = 0; ;) {
          while (next < values.length) {
            if (passes(values[next])) {
              return values[next];
            }
            next += 1;
          }
          await new Promise((resolve) => {
            wake = resolve;
          });
        }
      })();
      return within(found, what);
    },
  };
}

test('a value, its default, and none', async () => {
  const known = await api.query.system.account(alice.address);
  assert.ok(known.data.free.toBigInt() > 0n);
  const unknown = await api.query.system.account(account('//Storage/nobody').address);
  assert.equal(unknown.data.free.toBigInt(), 0n);
  assert.equal(unknown.nonce.toNumber(), 0);
  assert.ok((await api.query.sudo.key()).isSome);
  assert.ok((await api.query.system.authorizedUpgrade()).isNone);
});

test('several values in one request', async () => {
  const [first, second] = await api.query.system.account.multi([alice.address, bob.address]);
  assert.ok(first.data.free.gtn(0));
  assert.ok(second.data.free.gtn(0));
  const [issuance, now, bobs] = await api.queryMulti([
    api.query.balances.totalIssuance,
    api.query.timestamp.now,
    [api.query.system.account, bob.address],
  ]);
  assert.ok(issuance.gt(bobs.data.free));
  assert.ok(now.gtn(0));
});

test('hash, size and key of a value', async () => {
  const { provider } = api._rpcCore;
  const key = api.query.balances.totalIssuance.key();
  const raw = await provider.send('state_getStorage', [key]);
  assert.equal(raw.length, 2 + 2 * 16);
  assert.equal(await provider.send('state_getStorageAt', [key]), raw);
  assert.equal((await api.query.balances.totalIssuance.size()).toNumber(), 16);
  assert.equal(
    (await api.query.balances.totalIssuance.hash()).toHex(),
    api.registry.hash(api.registry.createType('Bytes', raw).toU8a(true)).toHex(),
  );
  assert.equal(await provider.send('state_getStorage', [`${key}00`]), null);
  assert.equal(await provider.send('state_getStorageSize', [`${key}00`]), null);
  const code = await provider.send('state_getStorageSize', [stringToHex(':code')]);
  assert.ok(code > 0);
});

test('entries and pages of a map', async () => {
  const entries = await api.query.system.account.entries();
  const known = new Map(entries.map(([key, info]) => [key.args[0].toString(), info]));
  assert.ok(known.get(alice.address).data.free.gtn(0));

  const all = await api.query.system.account.keys();
  assert.equal(all.length, entries.length);
  const paged = [];
  for (let startKey; ;) {
    const page = await api.query.system.account.keysPaged({ args: [], pageSize: 2, startKey });
    assert.ok(page.length <= 2);
    paged.push(...page);
    if (page.length === 0) {
      break;
    }
    startKey = page.at(-1).toHex();
  }
  const hex = (keys) => keys.map((key) => key.toHex());
  assert.deepEqual(hex(paged), hex(all));
  assert.deepEqual(hex(paged), hex(paged).toSorted(), 'in the order of the keys');
  const two = await api.query.system.account.entriesPaged({ args: [], pageSize: 2 });
  assert.equal(two.length, 2);
});

test('a page of keys has an upper limit', async () => {
  const prefix = api.query.system.account.keyPrefix();
  await assert.rejects(
    api._rpcCore.provider.send('state_getKeysPaged', [prefix, 1001]),
    /1000|count/,
  );
});

test('a past block keeps its values', async () => {
  const who = account('//Storage/past');
  const before = (await api.rpc.chain.getHeader()).hash;
  await fund(api, [who], 7n * TOKEN);
  const past = await api.at(before);
  assert.equal((await past.query.system.account(who.address)).data.free.toBigInt(), 0n);
  assert.equal(await free(api, who), 7n * TOKEN);
  assert.equal(past.consts.balances.existentialDeposit.toBigInt(), TOKEN);
  const genesis = await api.at(api.genesisHash);
  assert.equal((await genesis.query.timestamp.now()).toNumber(), 0);
  assert.equal((await genesis.query.system.account.entries()).length > 2, true);
});

test('a subscription tells each change of a value', async () => {
  const who = account('//Storage/watched');
  const seen = stream();
  const unsubscribe = await api.query.system.account(who.address, (info) =>
    seen.push(info.data.free.toBigInt()),
  );
  await seen.until((amount) => amount === 0n, 'the value now');
  await fund(api, [who], 5n * TOKEN);
  await seen.until((amount) => amount === 5n * TOKEN, 'the first change');
  await fund(api, [who], 2n * TOKEN);
  await seen.until((amount) => amount === 7n * TOKEN, 'the second change');
  unsubscribe();
  assert.deepEqual(seen.values, [0n, 5n * TOKEN, 7n * TOKEN], 'and nothing else');
});

test('a subscription to several values', async () => {
  const who = account('//Storage/multi');
  const seen = stream();
  const unsubscribe = await api.queryMulti(
    [api.query.system.number, [api.query.system.account, who.address]],
    ([number, info]) => seen.push([number.toNumber(), info.data.free.toBigInt()]),
  );
  const accounts = stream();
  const unsubscribeAccounts = await api.query.system.account.multi(
    [bob.address, who.address],
    (infos) => accounts.push(infos[1].data.free.toBigInt()),
  );
  await seen.until(([, amount]) => amount === 0n, 'the values now');
  await fund(api, [who], 3n * TOKEN);
  await seen.until(([, amount]) => amount === 3n * TOKEN, 'the change');
  await accounts.until((amount) => amount === 3n * TOKEN, 'the change among accounts');
  unsubscribe();
  unsubscribeAccounts();
  const numbers = seen.values.map(([number]) => number);
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  );
});

test('events are a subscription too', async () => {
  const who = account('//Storage/events');
  const seen = stream();
  const unsubscribe = await api.query.system.events((events) => seen.push(events));
  await fund(api, [who], 4n * TOKEN);
  const events = await seen.until(
    (each) =>
      each.some(
        ({ event }) => api.events.balances.Endowed.is(event) && event.data[0].eq(who.address),
      ),
    'the endowment',
  );
  unsubscribe();
  const { phase } = events.find(({ event }) => api.events.balances.Transfer.is(event));
  assert.ok(phase.isApplyExtrinsic);
  assert.ok(phase.asApplyExtrinsic.gtn(0), 'after the inherents');
});

test('changes over a range of blocks', async () => {
  const who = account('//Storage/range');
  const from = (await api.rpc.chain.getHeader()).hash;
  const { status } = await submit(
    api.tx.balances.transferKeepAlive(who.address, 2n * TOKEN),
    alice,
  );
  const key = api.query.system.account.key(who.address);
  const sets = await api._rpcCore.provider.send('state_queryStorage', [
    [key],
    from.toHex(),
    status.asInBlock.toHex(),
  ]);
  assert.equal(sets.length, 2);
  assert.deepEqual(sets[0], { block: from.toHex(), changes: [[key, null]] });
  assert.equal(sets[1].block, status.asInBlock.toHex());
  assert.equal(sets[1].changes[0][0], key);
  const [at] = await api._rpcCore.provider.send('state_queryStorageAt', [
    [key],
    status.asInBlock.toHex(),
  ]);
  assert.deepEqual(at.changes, sets[1].changes);
});

test('a read proof', async () => {
  const key = api.query.balances.totalIssuance.key();
  const { at, proof } = await api.rpc.state.getReadProof([key], api.genesisHash);
  assert.equal(at.toHex(), api.genesisHash.toHex());
  const root = (await api.rpc.chain.getHeader(api.genesisHash)).stateRoot.toHex();
  const hashes = proof.map((node) => api.registry.hash(node.toU8a(true)).toHex());
  assert.ok(hashes.includes(root), 'the root is among the nodes');
});

test('there are no child tries', async () => {
  const child = stringToHex(':child_storage:default:none');
  assert.deepEqual((await api.rpc.childstate.getKeys(child, '0x')).toJSON(), []);
  assert.deepEqual((await api.rpc.childstate.getKeysPaged(child, '0x', 10)).toJSON(), []);
  assert.ok((await api.rpc.childstate.getStorage(child, '0x00')).isNone);
  assert.ok((await api.rpc.childstate.getStorageHash(child, '0x00')).isNone);
  assert.ok((await api.rpc.childstate.getStorageSize(child, '0x00')).isNone);
  await refused(api._rpcCore.provider, 'childstate_getStorage', ['0x00', '0x00']);
});

test('state of an unknown block is an error', async () => {
  const key = api.query.balances.totalIssuance.key();
  const error = await refused(api._rpcCore.provider, 'state_getStorage', [
    key,
    `0x${'42'.repeat(32)}`,
  ]);
  assert.match(error.message, /^4003: .*UnknownBlock/);
});

test('offchain storage of the node', async () => {
  await api.rpc.offchain.localStorageSet('PERSISTENT', '0x6b6579', '0x0102');
  const value = await api.rpc.offchain.localStorageGet('PERSISTENT', '0x6b6579');
  assert.equal(value.unwrap().toHex(), '0x0102');
});

test('a value set by root', async () => {
  const key = stringToHex('client-tests');
  await succeed(api.tx.sudo.sudo(api.tx.system.setStorage([[key, '0x2a']])), alice);
  assert.equal((await api.rpc.state.getStorage(key)).unwrap().toHex(), '0x2a');
  await succeed(api.tx.sudo.sudo(api.tx.system.killStorage([key])), alice);
  assert.ok((await api.rpc.state.getStorage(key)).isNone);
});
