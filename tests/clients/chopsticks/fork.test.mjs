// Chopsticks runs the chain's own WebAssembly on a fork of the running chain, and must arrive at
// the states at which the node has arrived.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { WsProvider } from '@polkadot/api';

import { actor, connect as connectGear, event, hex, PLENTY, wasm } from '../gear/connection.mjs';
import { account, alice, bob, connect, eventNames, free, TOKEN } from '../polkadot_js/connection.mjs';
import { forkAt, stateRoot } from './fork.mjs';

/** Blocks after which the chain is ahead of the clock, so that blocks begin where slots begin. */
const AHEAD = 10;

let api;
let fork;
before(async () => {
  api = await connectGear();
  for (let made = 0; made < AHEAD; made++) {
    await seal();
  }
  fork = await forkAt((await api.rpc.chain.getBlockHash()).toHex());
});
after(async () => {
  await fork.close();
  await api.disconnect();
});

/** Make a block of what the pool holds, with this many transactions. */
async function seal(transactions = 0) {
  const send = (method, params) => api._rpcCore.provider.send(method, params);
  while ((await send('author_pendingExtrinsics', [])).length < transactions) {
    await sleep(10);
  }
  return (await send('engine_createBlock', [true, true, null])).hash;
}

/** Make a block with transactions; resolve with it as the node tells of it, and its events. */
async function block(...transactions) {
  const nonce = (await api.rpc.system.accountNextIndex(alice.address)).toNumber();
  for (const [index, tx] of transactions.entries()) {
    await tx.signAndSend(alice, { nonce: nonce + index });
  }
  const hash = await seal(transactions.length);
  const { header, extrinsics } = (await api.rpc.chain.getBlock(hash)).block;
  assert.equal(extrinsics.length, transactions.length + 2, 'and the two of every block');
  return { header, extrinsics, events: await (await api.at(hash)).query.system.events() };
}

/** Let the fork build a block like one of the node's, above the same parent. */
async function built({ header, extrinsics }) {
  await fork.send('dev_setHead', header.parentHash.toHex());
  const [time, ...others] = extrinsics.map((extrinsic) => extrinsic.toHex());
  const hash = await fork.send('dev_newBlock', { transactions: others });
  const { block } = await fork.send('chain_getBlock', hash);
  assert.equal(block.extrinsics[0], time, 'the time that Chopsticks sets');
  assert.deepEqual(block.extrinsics.slice(1), others, 'transactions that Chopsticks includes');
  return hash;
}

async function assertSameState(made) {
  const hash = await built(made);
  assert.equal(await stateRoot(fork, hash), made.header.stateRoot.toHex());
}

const transfer = (amount, to = bob) => api.tx.balances.transferKeepAlive(to.address, amount);

test('transfers, some of which fail', async () => {
  const before = await free(api, bob);
  const made = await block(transfer(TOKEN), transfer(10n ** 30n), transfer(1n, account('//New')));
  assert.equal(await free(api, bob), before + TOKEN);
  const failures = eventNames(made).filter((name) => name === 'system.ExtrinsicFailed');
  assert.equal(failures.length, 2);
  await assertSameState(made);
});

let program;
test('the upload of a program', async () => {
  const { extrinsic, programId } = api.program.upload({
    code: wasm('c/ping'),
    gasLimit: PLENTY,
    initPayload: '0x',
  });
  program = programId;
  await assertSameState(await block(extrinsic));
});

test('a message, which the program answers', async () => {
  const message = { destination: program, payload: hex('PING'), gasLimit: PLENTY };
  const made = await block(api.message.send(message));
  const { message: reply } = event(made.events, 'gear.UserMessageSent');
  assert.equal(reply.destination.toHex(), actor(alice));
  assert.equal(reply.payload.toUtf8(), 'PONG');
  await assertSameState(made);
});

test('a client of the fork changes it, and not the chain', async () => {
  const provider = new WsProvider(fork.endpoint, false);
  await provider.connect();
  const forked = await connect({ provider });
  try {
    await fork.send('dev_setHead', (await api.rpc.chain.getBlockHash()).toHex());
    const before = await free(api, bob);
    assert.equal(await free(forked, bob), before);
    const tx = forked.tx.balances.transferKeepAlive(bob.address, TOKEN);
    assert.ok((await tx.paymentInfo(alice)).partialFee.toBigInt() > 0n);
    await tx.signAndSend(alice, { nonce: -1 });
    const hash = await fork.send('dev_newBlock', { count: 1 });
    const events = await (await forked.at(hash)).query.system.events();
    assert.equal(event(events, 'balances.Transfer').amount.toBigInt(), TOKEN);
    assert.equal(await free(forked, bob), before + TOKEN);
    assert.equal(await free(api, bob), before);
  } finally {
    await forked.disconnect();
  }
});
