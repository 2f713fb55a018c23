// A connection to the node under test with polkadot-api (PAPI), signers, and submission.

import { strict as assert } from 'node:assert';

import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { createClient } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider, getWsRawProvider, SocketEvents } from 'polkadot-api/ws';
import { firstValueFrom, take, timeout, toArray } from 'rxjs';
import WebSocket from 'ws';

export const ENDPOINT = process.env.GEAR_ENDPOINT;
assert.ok(ENDPOINT, 'GEAR_ENDPOINT must be the WebSocket address of a node');

/** One token in plancks. */
export const TOKEN = 10n ** 12n;

/** What takes longer than this has failed. */
export const PATIENCE_MS = 30_000;

await cryptoWaitReady();
const keyring = new Keyring({ type: 'sr25519', ss58Format: 137 });

/** An account: its address, and the signer of PAPI for it. */
export function account(path) {
  const pair = keyring.createFromUri(path);
  const signer = getPolkadotSigner(pair.publicKey, 'Sr25519', (input) => pair.sign(input));
  return { address: pair.address, publicKey: pair.publicKey, signer };
}

export const alice = account('//Alice');
export const bob = account('//Bob');

/**
 * Connect; `traffic` keeps what goes over the wire, parsed.
 *
 * `raw` leaves out the layer by which PAPI works around the faults of nodes.
 */
export function connect({ raw = false } = {}) {
  const traffic = { sent: [], received: [] };
  const logger = (event) => {
    if (event.type === SocketEvents.OUT) {
      traffic.sent.push(JSON.parse(event.msg));
    } else if (event.type === SocketEvents.IN) {
      traffic.received.push(JSON.parse(event.msg));
    }
  };
  const provider = (raw ? getWsRawProvider : getWsProvider)(ENDPOINT, {
    websocketClass: WebSocket,
    logger,
  });
  const client = createClient(provider);
  return { client, api: client.getUnsafeApi(), traffic };
}

/** The methods that were called, each once, sorted. */
export function methods(traffic) {
  return [...new Set(traffic.sent.map(({ method }) => method))].toSorted();
}

/** The events of chainHead_v1_follow that the node sent. */
export function followEvents(traffic) {
  return traffic.received
    .filter(({ method }) => method === 'chainHead_v1_followEvent')
    .map(({ params }) => params.result);
}

/** The first `count` values of an observable. */
export function values(observable, count) {
  return firstValueFrom(observable.pipe(take(count), toArray(), timeout(PATIENCE_MS)));
}

/** The first value of an observable. */
export function value(observable) {
  return firstValueFrom(observable.pipe(timeout(PATIENCE_MS)));
}

/** Sign and submit what must succeed; resolves when it is final. */
export async function succeed(tx, { signer }, options) {
  const result = await tx.signAndSubmit(signer, options);
  assert.equal(result.ok, true, () => JSON.stringify(result.dispatchError));
  return result;
}

/** `Pallet.Event` of each event. */
export function eventNames({ events }) {
  return events.map(({ event }) => `${event.type}.${event.value.type}`);
}

/** A transfer that keeps the sender alive. */
export function transfer(api, { address }, amount = TOKEN) {
  return api.tx.Balances.transfer_keep_alive({
    dest: { type: 'Id', value: address },
    value: amount,
  });
}

/** The free balance in the finalized block, or in `at`. */
export async function free(api, { address }, at = 'finalized') {
  return (await api.query.System.Account.getValue(address, { at })).data.free;
}
