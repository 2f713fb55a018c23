// A connection to the node under test with @gear-js/api, and what its scripts share.

import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';

import { decodeAddress, GearApi } from '@gear-js/api';
import { WsProvider } from '@polkadot/api';

import { alice, ENDPOINT, succeed, within } from '../polkadot_js/connection.mjs';

/** Gas that is enough for every message here, and far less than a block has. */
export const PLENTY = 20_000_000_000n;

export const ZERO = `0x${'00'.repeat(32)}`;

export async function connect(options = {}) {
  const provider = new WsProvider(ENDPOINT, false);
  await provider.connect();
  return GearApi.create({ provider, throwOnConnect: true, ...options });
}

/** The WebAssembly of a program of this repository, such as `c/counter`. */
export function wasm(name) {
  return readFileSync(new URL(`../../programs/${name}.wasm`, import.meta.url));
}

/** The same program with a custom section at its end: code that the chain does not know. */
export function marked(code, mark) {
  const name = Buffer.from('mark');
  const body = Buffer.concat([Buffer.from([name.length]), name, Buffer.from(mark)]);
  assert.ok(body.length < 0x80);
  return Buffer.concat([code, Buffer.from([0, body.length]), body]);
}

export const hex = (data) => `0x${Buffer.from(data).toString('hex')}`;

/** The id of an account as an actor. */
export const actor = (pair) => decodeAddress(pair.address);

/** The data of the one event of that name in a report, or among others. */
export function event(events, name) {
  const found = events.filter(({ event }) => `${event.section}.${event.method}` === name);
  assert.equal(found.length, 1, `${found.length} events ${name}`);
  return found[0].event.data;
}

/** All events of the block that a report is of. */
export async function blockEvents(api, report) {
  return (await api.at(report.status.asInBlock)).query.system.events();
}

/** Send a message that is processed in the block of its transaction; `api.at` its block. */
export async function send(api, tx, signer = alice) {
  const report = await succeed(tx, signer);
  const queued = event(report.events, 'gear.MessageQueued');
  return {
    id: queued.id.toHex(),
    block: report.status.asInBlock.toHex(),
    report,
    events: await blockEvents(api, report),
  };
}

/** The messages to users among events. */
export function sentTo(events, destination) {
  return events
    .filter(({ event }) => event.section === 'gear' && event.method === 'UserMessageSent')
    .map(({ event }) => event.data)
    .filter(({ message }) => message.destination.toHex() === destination);
}

/** Upload a program, which must be initialized in the same block; return its id. */
export async function upload(api, name, { initPayload = '0x', value = 0, signer = alice } = {}) {
  const { programId, extrinsic } = api.program.upload({
    code: wasm(name),
    gasLimit: PLENTY,
    initPayload,
    value,
  });
  const { id, events } = await send(api, extrinsic, signer);
  const { statuses } = event(events, 'gear.MessagesDispatched');
  const status = [...statuses].find(([message]) => message.toHex() === id)[1];
  assert.equal(status.type, 'Success', `initialization of ${name}`);
  return programId;
}

/** Wait for a callback: `happened.call` is the callback, `happened.times(n)` its first n calls. */
export function calls(what) {
  const seen = [];
  let check = () => {};
  return {
    seen,
    call: (...values) => {
      seen.push(values);
      check();
    },
    times(count) {
      const enough = new Promise((resolve) => {
        check = () => seen.length >= count && resolve(seen.slice(0, count));
        check();
      });
      return within(enough, `${count} of ${what}`);
    },
  };
}

/** Wait until a number of blocks have followed. */
export async function blocks(api, count) {
  const heads = calls('new heads');
  const unsubscribe = await api.rpc.chain.subscribeNewHeads(heads.call);
  await heads.times(count + 1);
  unsubscribe();
}
