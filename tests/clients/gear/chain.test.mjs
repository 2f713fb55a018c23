// What @gear-js/api asks of a chain before anything is sent: names, constants, blocks, builtins.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import { blake2AsHex } from '@polkadot/util-crypto';

import { alice, succeed, TOKEN } from '../polkadot_js/connection.mjs';
import { blocks, calls, connect } from './connection.mjs';

let api;
before(async () => {
  api = await connect();
});
after(() => api.disconnect());

test('names and versions', async () => {
  assert.equal(await api.chain(), 'Development');
  assert.equal(await api.nodeName(), 'Gear Node');
  assert.match(await api.nodeVersion(), /^\d+\.\d+\.\d+-\w+$/);
  assert.match(await api.wasmBlobVersion(), /^\d+\.\d+\.\d+-\w+$/);
  assert.equal(api.specVersion, 20000);
});

test('constants that clients compute with', () => {
  assert.equal(api.existentialDeposit.toBigInt(), TOKEN);
  assert.equal(api.blockGasLimit.toBigInt(), 750_000_000_000n);
  assert.equal(api.mailboxTreshold.toBigInt(), 3000n);
  assert.equal(api.waitlistCost.toBigInt(), 100n);
  assert.equal(api.valuePerGas.toBigInt(), 100n);
  assert.equal(api.voucher.minDuration, 20);
  assert.equal(api.voucher.maxProgramsAmount, 32);
});

test('every method of Gear is listed', async () => {
  const listed = (await api.rpc.rpc.methods()).methods.map(String);
  for (const name of [
    'calculateInitUploadGas',
    'calculateGasForUpload',
    'calculateInitCreateGas',
    'calculateGasForCreate',
    'calculateHandleGas',
    'calculateGasForHandle',
    'calculateReplyGas',
    'calculateGasForReply',
    'calculateReplyForHandle',
    'calculateReplyForHandleResult',
    'readState',
    'readStateBatch',
    'readStateUsingWasm',
    'readStateUsingWasmBatch',
    'readMetahash',
    'readWasmCustomSection',
    'subscribeProgramStateChanges',
    'unsubscribeProgramStateChanges',
    'subscribeUserMessageSent',
    'unsubscribeUserMessageSent',
  ]) {
    assert.ok(listed.includes(`gear_${name}`), name);
  }
});

test('ids of builtin actors', async () => {
  for (const number of [1, 4, 999]) {
    const text = Buffer.concat([Buffer.from('built/in'), Buffer.alloc(8)]);
    text.writeUInt16LE(number, 8);
    assert.equal(await api.builtin.queryId(number), blake2AsHex(text));
  }
});

test('blocks, their extrinsics, events and times', async () => {
  await blocks(api, 1);
  const first = await api.blocks.getBlockHash(1);
  assert.equal((await api.blocks.getBlockNumber(first)).toNumber(), 1);
  const names = (await api.blocks.getExtrinsics(1)).map(
    ({ method }) => `${method.section}.${method.method}`,
  );
  assert.deepEqual(names, ['timestamp.set', 'gear.run']);
  assert.ok((await api.blocks.getEvents(first)).length > 0);
  assert.ok((await api.blocks.getBlockTimestamp(1)).toNumber() > 1_600_000_000_000);
  assert.ok(await api.blocks.getFinalizedHead());
});

test('heads from a block in the past on', async () => {
  const heads = calls('heads');
  const unsubscribe = await api.blocks.subscribeToHeadsFrom(1, heads.call);
  const seen = (await heads.times(4)).map(([head]) => head.number.toNumber());
  unsubscribe();
  assert.deepEqual(seen, [1, 2, 3, 4]);
});

test('a transfer', async () => {
  const { events } = await succeed(api.balance.transfer('0x' + '5a'.repeat(32), TOKEN), alice);
  assert.ok(events.some(({ event }) => api.events.balances.Transfer.is(event)));
  assert.equal((await api.balance.findOut('0x' + '5a'.repeat(32))).toBigInt(), TOKEN);
});
