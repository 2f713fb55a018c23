// The transaction pool, on a chain that makes blocks only when it is told to.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { account, connect, free, fund, refused, TOKEN, watch } from './connection.mjs';

let api;
let provider;
const receiver = account('//Pool/receiver');
const senders = {};
/** As many as fill the pool's 20 MiB with transactions of 2.4 MB. */
const crowd = Array.from({ length: 8 }, (_, index) => account(`//Pool/crowd/${index}`));

before(async () => {
  api = await connect();
  provider = api._rpcCore.provider;
  const paths = [
    'gap',
    'usurped',
    'errors',
    'mortal',
    'reorg',
    'removed',
    'pending',
    'nonce',
    'rich',
    'late',
  ];
  for (const path of paths) {
    senders[path] = account(`//Pool/${path}`);
  }
  const funded = fund(api, [...Object.values(senders), ...crowd]);
  await pending();
  await seal();
  await funded;
});
after(() => api.disconnect());

/** Make a block, on the best one unless another is given; resolve with its hash. */
async function seal(parent = null) {
  return (await provider.send('engine_createBlock', [true, false, parent])).hash;
}

/** Wait until the pool has a transaction for the next block. */
async function pending() {
  while ((await provider.send('author_pendingExtrinsics', [])).length === 0) {
    await sleep(10);
  }
}

const transfer = (amount = TOKEN) => api.tx.balances.transferKeepAlive(receiver.address, amount);

test('nothing happens until a block is asked for', async () => {
  const watched = await watch(transfer(), senders.pending);
  await watched.reached('Ready');
  const pending = await api.rpc.author.pendingExtrinsics();
  assert.equal(pending.length, 1);
  assert.equal(pending[0].signer.toString(), senders.pending.address);
  const hash = await seal();
  const report = await watched.reached('InBlock');
  assert.equal(report.status.asInBlock.toHex(), hash);
  assert.equal((await api.rpc.author.pendingExtrinsics()).length, 0);
  assert.deepEqual(watched.statuses, ['Ready', 'InBlock']);
  assert.equal(await provider.send('engine_finalizeBlock', [hash]), true);
  const finalized = await watched.reached('Finalized');
  assert.equal(finalized.status.asFinalized.toHex(), hash);
});

test('a gap in the nonces waits to be filled', async () => {
  const sender = senders.gap;
  const third = await watch(transfer(), sender, { nonce: 2 });
  await third.reached('Future');
  const second = await watch(transfer(), sender, { nonce: 1 });
  await second.reached('Future');
  await seal();
  assert.equal((await api.query.system.account(sender.address)).nonce.toNumber(), 0);

  const first = await watch(transfer(), sender, { nonce: 0 });
  await Promise.all([first.reached('Ready'), second.reached('Ready'), third.reached('Ready')]);
  const hash = await seal();
  for (const watched of [first, second, third]) {
    assert.equal((await watched.reached('InBlock')).status.asInBlock.toHex(), hash);
  }
  assert.deepEqual(third.statuses, ['Future', 'Ready', 'InBlock']);
});

test('the next nonce counts what waits in the pool', async () => {
  const sender = senders.nonce;
  const next = async () => (await api.rpc.system.accountNextIndex(sender.address)).toNumber();
  const watches = [];
  for (const nonce of [0, 1]) {
    assert.equal(await next(), nonce);
    watches.push(await watch(transfer(), sender, { nonce }));
    await watches[nonce].reached('Ready');
  }
  assert.equal(await next(), 2);
  assert.equal(
    (await api.call.accountNonceApi.accountNonce(sender.address)).toNumber(),
    0,
    'the state does not know of the pool',
  );
  await seal();
  await watches[1].reached('InBlock');
});

test('a higher tip takes the place of a transaction', async () => {
  const sender = senders.usurped;
  const slow = await watch(transfer(), sender, { nonce: 0, tip: TOKEN / 100n });
  await slow.reached('Ready');
  const fast = await watch(transfer(2n * TOKEN), sender, { nonce: 0, tip: TOKEN });
  await fast.reached('Ready');
  const usurped = await slow.reached('Usurped');
  assert.equal(usurped.status.asUsurped.toHex(), fast.reports[0].txHash.toHex());
  await assert.rejects(
    transfer(3n * TOKEN).signAndSend(sender, { nonce: 0 }),
    /1014: Priority is too low: \(\d+ vs \d+\)/,
  );
  const before = await free(api, receiver);
  await seal();
  await fast.reached('InBlock');
  assert.equal(await free(api, receiver), before + 2n * TOKEN);
});

test('each refusal has its code and its reason', async () => {
  const sender = senders.errors;
  const send = (tx, options = {}) => tx.signAndSend(sender, { nonce: 0, ...options });
  const signed = await transfer().signAsync(sender, { nonce: 0 });
  const wire = signed.toHex();

  const bad = Uint8Array.from(signed.toU8a());
  bad[60] ^= 1;
  const badError = await refused(provider, 'author_submitExtrinsic', [
    api.registry.createType('Raw', bad).toHex(),
  ]);
  assert.equal(badError.code, 1010);
  assert.match(badError.message, /Invalid Transaction: Transaction has a bad signature/);

  await signed.send();
  const again = await refused(provider, 'author_submitExtrinsic', [wire]);
  assert.match(again.message, /^1013: .*already imported/i);
  await seal();
  const stale = await refused(provider, 'author_submitExtrinsic', [wire]);
  assert.match(stale.message, /^101[02]: .*(outdated|temporarily banned)/i);
  await assert.rejects(
    send(transfer(2n * TOKEN)),
    /1010: Invalid Transaction: Transaction is outdated/,
  );
  await assert.rejects(
    transfer().signAndSend(account('//Pool/poor'), { nonce: 0 }),
    /1010: Invalid Transaction: Inability to pay some fees/,
  );
  await assert.rejects(
    send(transfer(), { nonce: 1, genesisHash: `0x${'42'.repeat(32)}` }),
    /1010: Invalid Transaction: Transaction has a bad signature/,
  );
  await assert.rejects(
    send(api.tx.timestamp.set(1), { nonce: 1 }),
    /1010: Invalid Transaction: Transaction (dispatch is mandatory; transactions must not be validated|call is not expected)/,
  );
});

test('a transaction dies of old age', async () => {
  const sender = senders.mortal;
  const birth = await seal();
  const { number } = await api.rpc.chain.getHeader(birth);
  const era = api.registry.createType('ExtrinsicEra', { current: number.toNumber(), period: 4 });
  const options = { nonce: 0, blockHash: birth, era };
  const tx = await transfer().signAsync(sender, options);
  for (let count = 0; count < 5; count += 1) {
    await seal();
  }
  // read in another period, the era names another block, which is not what was signed
  await assert.rejects(tx.send(), /1010: Invalid Transaction: Transaction has a bad signature/);
});

test('a transaction goes back to the pool when its block is left', async () => {
  const sender = senders.reorg;
  const parent = await seal();
  const watched = await watch(transfer(), sender);
  await watched.reached('Ready');
  const left = await seal(parent);
  assert.equal((await watched.reached('InBlock')).status.asInBlock.toHex(), left);

  const fork = await seal(parent);
  const best = await seal(fork);
  assert.equal((await watched.reached('Retracted')).status.asRetracted.toHex(), left);
  assert.equal((await api.rpc.chain.getHeader()).hash.toHex(), best);
  await pending();
  const again = await seal();
  await watched.reached('InBlock', 2);
  assert.equal(await provider.send('engine_finalizeBlock', [again]), true);
  const last = await watched.reached('Finalized');
  assert.equal(last.status.asFinalized.toHex(), again);
  assert.deepEqual(
    watched.statuses.filter((status) => status !== 'Ready'),
    ['InBlock', 'Retracted', 'InBlock', 'Finalized'],
  );
  assert.equal((await api.query.system.account(sender.address)).nonce.toNumber(), 1);
});

test('a transaction is taken out of the pool', async () => {
  const watched = await watch(transfer(), senders.removed);
  const { txHash } = await watched.reached('Ready');
  const removed = await provider.send('author_removeExtrinsic', [[{ hash: txHash.toHex() }]]);
  assert.deepEqual(removed, [txHash.toHex()]);
  await watched.reached('Invalid');
  assert.equal((await api.rpc.author.pendingExtrinsics()).length, 0);
});

test('the worst transactions have to go when the pool is full', async () => {
  const large = api.tx.system.remark(`0x${'2a'.repeat(2_400_000)}`).method.toHex();
  const remark = () => api.tx(api.createType('Call', large));
  const filling = [];
  for (const [index, sender] of crowd.entries()) {
    const watched = await watch(remark(), sender, { nonce: 0, tip: BigInt(index + 1) * TOKEN });
    await watched.reached('Ready');
    filling.push(watched);
  }
  const better = await watch(remark(), senders.rich, { nonce: 0, tip: 100n * TOKEN });
  await better.reached('Ready');
  await filling[0].reached('Dropped');
  await assert.rejects(
    remark().signAndSend(senders.late, { nonce: 0 }),
    /1016: Immediately Dropped: The transaction couldn't enter the pool because of the limit/,
  );
  for (const watched of [better, ...filling.slice(1).reverse()]) {
    await seal(); // a block has room for one of them
    await watched.reached('InBlock');
  }
});

test('time and storage of a development chain are moved', async () => {
  const who = account('//Pool/dreamed');
  const info = api.registry.createType('FrameSystemAccountInfo', {
    nonce: 0,
    providers: 1,
    data: { free: 5n * TOKEN },
  });
  await provider.send('dev_setStorage', [
    [[api.query.system.account.key(who.address), info.toHex()]],
  ]);
  assert.equal(await free(api, who), 5n * TOKEN);

  const number = (await api.query.system.number()).toNumber();
  const now = (await api.query.timestamp.now()).toNumber();
  await provider.send('dev_timeTravel', [now + 3_600_000]);
  await provider.send('dev_newBlock', [{ count: 2 }]);
  const later = (await api.query.timestamp.now()).toNumber();
  assert.ok(later >= now + 3_600_000, `${later} is an hour after ${now}`);
  assert.equal((await api.query.system.number()).toNumber(), number + 2);
});
