// What a client gets that sends nonsense, and that others are not disturbed by it.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import { compactAddLength, u8aToHex } from '@polkadot/util';
import WebSocket from 'ws';

import { alice, bob, connect, ENDPOINT, refused, TOKEN, within } from './connection.mjs';

/** Bytes that are no extrinsic, or none that decodes, or none that is valid. */
const REFUSED = /^(1002|1010|1040): /;

let api;
let provider;
before(async () => {
  api = await connect();
  provider = api._rpcCore.provider;
});
after(async () => {
  assert.equal((await api.rpc.system.chain()).toString(), 'Development', 'still served');
  await api.disconnect();
});

/** Send raw text over a connection of its own; resolve with the answer, or how it was closed. */
async function exchange(text) {
  const socket = new WebSocket(ENDPOINT);
  const answered = new Promise((resolve, reject) => {
    socket.on('open', () => socket.send(text));
    socket.on('message', (data) => resolve({ answer: JSON.parse(data.toString()) }));
    socket.on('close', (code) => resolve({ closed: code }));
    socket.on('error', reject);
  });
  try {
    return await within(answered, 'an answer');
  } finally {
    socket.terminate();
  }
}

test('an unknown method', async () => {
  const error = await refused(provider, 'gear_nothing', []);
  assert.match(error.message, /-32601: Method not found/);
});

for (const [what, method, params] of [
  ['missing', 'state_getStorage', []],
  ['of the wrong type', 'chain_getBlock', [42]],
  ['not hex', 'state_getStorage', ['0xzz']],
  ['hex of odd length', 'state_getStorage', ['0x123']],
  ['no prefix', 'state_getStorage', ['26aa']],
  ['a short hash', 'chain_getHeader', ['0x1234']],
  ['no address', 'system_accountNextIndex', ['nobody']],
  ['a negative count', 'state_getKeysPaged', ['0x', -1]],
]) {
  test(`parameters: ${what}`, async () => {
    const error = await refused(provider, method, params);
    assert.match(error.message, /-32602/);
  });
}

test('text that is no JSON', async () => {
  const { answer } = await exchange('{"jsonrpc":"2.0","id":1,"method":');
  assert.equal(answer.error.code, -32700);
  assert.equal(answer.id, null);
});

test('JSON that is no request', async () => {
  assert.equal((await exchange('{"id":1}')).answer.error.code, -32600);
  assert.equal((await exchange('[]')).answer.error.code, -32600);
});

test('deep nesting', async () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const { answer } = await exchange(`{"jsonrpc":"2.0","id":1,"method":"a","params":${deep}}`);
  assert.equal(answer.error.code, -32700);
});

test('a message that is too long', async () => {
  const { answer, closed } = await exchange('x'.repeat(16 * 1024 * 1024));
  assert.ok(answer?.error.code === -32007 || closed === 1009, JSON.stringify(answer ?? closed));
});

test('a batch', async () => {
  const request = (id, method) => ({ jsonrpc: '2.0', id, method, params: [] });
  const { answer } = await exchange(
    JSON.stringify([request(1, 'system_chain'), request(2, 'nothing'), 7]),
  );
  const byId = new Map(answer.map((each) => [each.id, each]));
  assert.equal(byId.get(1).result, 'Development');
  assert.equal(byId.get(2).error.code, -32601);
  assert.equal(byId.get(null).error.code, -32600);
});

test('a transaction that is none', async () => {
  for (const bytes of ['0x', '0x00', '0x1004010203', `0x84${'ff'.repeat(33)}`, '0xdeadbeef']) {
    const error = await refused(provider, 'author_submitExtrinsic', [bytes]);
    assert.match(error.message, REFUSED, bytes);
  }
});

test('every truncation of a transaction', async () => {
  const signed = await api.tx.balances.transferKeepAlive(bob.address, TOKEN).signAsync(alice);
  const body = signed.toU8a(true);
  for (let length = 0; length < body.length; length += 7) {
    const cut = u8aToHex(compactAddLength(body.subarray(0, length)));
    const error = await refused(provider, 'author_submitExtrinsic', [cut]);
    assert.match(error.message, REFUSED, `cut after ${length} bytes`);
  }
});

test('calls nested too deeply', async () => {
  let call = api.tx.system.remark('0x').method.toU8a();
  const [section, method] = api.tx.utility.batch([]).method.callIndex;
  for (let depth = 0; depth < 300; depth += 1) {
    call = Uint8Array.of(section, method, 4, ...call);
  }
  const bare = u8aToHex(compactAddLength(Uint8Array.of(4, ...call)));
  const error = await refused(provider, 'author_submitExtrinsic', [bare]);
  assert.match(error.message, REFUSED);
  assert.match(error.data ?? error.message, /more than 64 levels/);
});

test('dry run', async () => {
  const signed = await api.tx.balances.transferKeepAlive(bob.address, TOKEN).signAsync(alice);
  assert.ok((await api.rpc.system.dryRun(signed.toHex())).asOk.isOk);
  const failing = await api.tx.balances
    .transferKeepAlive(bob.address, 15n * 10n ** 20n)
    .signAsync(alice);
  assert.ok((await api.rpc.system.dryRun(failing.toHex())).asOk.isErr);
  const stale = await api.tx.system.remark('0x').signAsync(alice, { nonce: 1_000_000 });
  const outcome = await api.rpc.system.dryRun(stale.toHex());
  assert.ok(outcome.isErr, 'a future nonce cannot be applied');
  await refused(provider, 'system_dryRun', ['0x1234']);
});
