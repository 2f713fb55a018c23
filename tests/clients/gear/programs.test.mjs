// Codes and programs: uploading, creating, exact gas, what clients read of them.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import { generateCodeHash } from '@gear-js/api';

import { alice, errorName, submit, succeed, TOKEN } from '../polkadot_js/connection.mjs';
import {
  actor,
  blockEvents,
  connect,
  event,
  hex,
  marked,
  PLENTY,
  send,
  sentTo,
  upload,
  wasm,
} from './connection.mjs';
import { EXIT, everyCall, pointer } from './every_call.mjs';

const UNKNOWN = `0x${'ee'.repeat(32)}`;
const INC = hex('inc');
const GET = hex('get');
const u32 = (number) => hex(Uint32Array.of(number).buffer);

let api;
let counter;
before(async () => {
  api = await connect();
  counter = await upload(api, 'c/counter', { initPayload: u32(40) });
});
after(() => api.disconnect());

test('code is uploaded once', async () => {
  const code = marked(wasm('ping'), 'once');
  const { codeHash, extrinsic } = await api.code.upload(code);
  assert.equal(codeHash, generateCodeHash(code));
  assert.equal(await api.code.exists(codeHash), false);
  const changed = event((await succeed(extrinsic, alice)).events, 'gear.CodeChanged');
  assert.equal(changed.id.toHex(), codeHash);
  assert.ok(changed.change.isActive);
  assert.equal(await api.code.exists(codeHash), true);
  assert.ok((await api.code.all()).includes(codeHash));
  assert.equal(await api.code.staticPages(codeHash), 1);
  const stored = await api.query.gearProgram.originalCodeStorage(codeHash);
  assert.equal(stored.unwrap().toHex(), hex(code));
  await assert.rejects(api.code.upload(code), /Code already exists/);
  const again = await submit(api.tx.gear.uploadCode(hex(code)), alice);
  assert.equal(errorName(api.registry, again.dispatchError), 'gear.CodeAlreadyExists');
});

test('what is no program is refused, in words', async () => {
  const report = await submit(
    api.program.upload({ code: '0x123456', gasLimit: PLENTY }).extrinsic,
    alice,
  );
  const failed = report.events.find(({ event }) => api.events.system.ExtrinsicFailed.is(event));
  const { method, name, docs } = api.getExtrinsicFailedError(failed.event);
  assert.equal(method, 'ProgramConstructionFailed');
  assert.equal(name, 'ProgramConstructionFailed');
  assert.equal(docs, 'Failed to create a program.');
});

test('a program is uploaded with exactly the gas that was calculated', async () => {
  const code = marked(wasm('c/counter'), 'exact');
  const gas = await api.program.calculateGas.initUpload(actor(alice), code, u32(7), 0, true);
  const { programId, codeId, extrinsic } = api.program.upload({
    code,
    initPayload: u32(7),
    gasLimit: gas.min_limit,
  });
  const { id, report, events } = await send(api, extrinsic);
  const set = event(report.events, 'gear.ProgramChanged');
  assert.equal(set.id.toHex(), programId);
  assert.equal(set.change.asProgramSet.expiration.toNumber(), 2 ** 32 - 1);
  const started = event(events.slice(report.events.length), 'gear.ProgramChanged');
  assert.equal(started.id.toHex(), programId);
  assert.ok(started.change.isActive);
  const [reply] = sentTo(events, actor(alice));
  assert.equal(reply.message.details.unwrap().to.toHex(), id);
  assert.equal(reply.message.payload.toHex(), u32(7));
  assert.equal(gas.burned.toBigInt(), gas.min_limit.toBigInt());
  assert.equal(await api.program.codeId(programId), codeId);
});

test('a program is created from code with exactly the gas that was calculated', async () => {
  const codeId = await api.program.codeId(counter);
  const gas = await api.program.calculateGas.initCreate(actor(alice), codeId, '0x', 0, true);
  const { programId, extrinsic } = api.program.create({ codeId, gasLimit: gas.min_limit });
  const { events } = await send(api, extrinsic);
  assert.equal(sentTo(events, actor(alice))[0].message.payload.toHex(), u32(0));
  assert.ok(await api.program.exists(programId));
  const less = api.program.create({ codeId, gasLimit: gas.min_limit.subn(1) });
  const [failed] = sentTo((await send(api, less.extrinsic)).events, actor(alice));
  assert.ok(failed.message.details.unwrap().code.asError.asExecution.isRanOutOfGas);
  await assert.rejects(api.program.codeId(less.programId), /terminated/i);
});

test('programs are found in storage', async () => {
  assert.equal(await api.program.exists(counter), true);
  assert.equal(await api.program.exists(UNKNOWN), false);
  assert.ok((await api.program.allUploadedPrograms()).includes(counter));
  const program = await api.programStorage.getProgram(counter);
  assert.ok(program.state.isInitialized);
  const pages = await api.programStorage.getProgramPages(counter, program);
  assert.ok(Object.keys(pages).length > 0);
  for (const page of Object.values(pages)) {
    assert.equal(page.length, 1 + 16 * 1024, 'the client hands out an Option');
  }
  await assert.rejects(api.programStorage.getProgram(UNKNOWN), /does not exist/);
});

test('state is read, now and as it was', async () => {
  const now = (await api.programState.read({ programId: counter, payload: '0x' })).toHex();
  const { block } = await send(
    api,
    api.message.send({ destination: counter, payload: INC, gasLimit: PLENTY }),
  );
  const read = (at) => api.programState.read({ programId: counter, payload: '0x', at });
  const value = Number(Buffer.from(now.slice(2), 'hex').readUInt32LE());
  assert.equal((await read(block)).toHex(), u32(value + 1));
  const { parentHash } = await api.rpc.chain.getHeader(block);
  assert.equal((await read(parentHash.toHex())).toHex(), now);
  const batch = await api.programState.readBatch({
    idPayloadBatch: [
      [counter, '0x'],
      [counter, '0x00'],
    ],
  });
  assert.deepEqual(batch.map(String), [u32(value + 1), u32(value + 1)]);
  await assert.rejects(api.programState.read({ programId: UNKNOWN, payload: '0x' }), (error) => {
    assert.equal(error.code, 8000);
    assert.match(error.data, /^".*not found.*"$/i);
    return true;
  });
});

test('hashes of metadata', async () => {
  const hash = Buffer.alloc(32);
  hash.write('counter: u32 -> u32');
  assert.equal(await api.program.metaHash(counter), hex(hash));
  await assert.rejects(api.program.metaHash(UNKNOWN), /does not exist/);
});

test('replies are calculated, and nothing is changed by it', async () => {
  const ask = (payload, options = {}) =>
    api.message.calculateReply({
      origin: alice.address,
      destination: counter,
      payload,
      ...options,
    });
  const before = await ask(GET);
  assert.equal((await ask(INC)).toJSON().value, 0);
  assert.deepEqual((await ask(GET)).toJSON(), before.toJSON());
  assert.deepEqual(before.toJSON().code, { success: 'Manual' });
  const panicked = await ask(hex('what?'));
  assert.deepEqual(panicked.toJSON().code, { error: { execution: 'UserspacePanic' } });
  assert.match(Buffer.from(panicked.payload).toString(), /inc, dec or get/);
  // Large values travel as hex, and those above 2**53 too.
  const rich = await ask(GET, { value: 12_345n * TOKEN });
  assert.equal(rich.payload.toHex(), before.payload.toHex());
  const starved = await ask(GET, { gasLimit: 1000 });
  assert.ok(starved.code.asError.asExecution.isRanOutOfGas);
});

test('gas of a message: exact, and a reason if there is none', async () => {
  const gas = await api.program.calculateGas.handle(actor(alice), counter, INC, 0, true);
  for (const [limit, outcome] of [
    [gas.min_limit, 'Success'],
    [gas.min_limit.subn(1), 'Failed'],
  ]) {
    const tx = api.message.send({ destination: counter, payload: INC, gasLimit: limit });
    const { id, events } = await send(api, tx);
    const { statuses } = event(events, 'gear.MessagesDispatched');
    assert.deepEqual(statuses.toJSON(), { [id]: outcome });
  }
  await assert.rejects(
    api.program.calculateGas.handle(actor(alice), counter, hex('what?'), 0, true),
    (error) => {
      assert.equal(error.code, 8000);
      assert.match(error.data, /Program terminated with a trap: .*inc, dec or get/);
      return true;
    },
  );
  assert.throws(
    () => api.message.send({ destination: counter, payload: INC, gasLimit: 10n ** 13n }),
    /gas/i,
  );
});

test('a program that exits names its heir', async () => {
  const program = await upload(api, 'c/every_call');
  const payload = everyCall([EXIT, pointer(Buffer.from(counter.slice(2), 'hex'))]);
  const tx = api.message.send({ destination: program, payload, gasLimit: PLENTY });
  const { events, report } = await send(api, tx);
  const changed = event(await blockEvents(api, report), 'gear.ProgramChanged');
  assert.ok(changed.change.isInactive);
  assert.equal(event(events, 'gear.MessagesDispatched').total.toNumber(), 1);
  const stored = (await api.query.gearProgram.programStorage(program)).unwrap();
  assert.equal(stored.asExited.toHex(), counter);
  await assert.rejects(api.programStorage.getProgram(program), /exited/i);
  const late = await submit(tx, alice);
  assert.equal(errorName(api.registry, late.dispatchError), 'gear.InactiveProgram');
});
