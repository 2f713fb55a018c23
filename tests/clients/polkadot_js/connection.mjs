// A connection to the node under test with polkadot.js, accounts of its own, and submission.

import { strict as assert } from 'node:assert';

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';

export const ENDPOINT = process.env.GEAR_ENDPOINT;
assert.ok(ENDPOINT, 'GEAR_ENDPOINT must be the WebSocket address of a node');

/** One token in plancks. */
export const TOKEN = 10n ** 12n;

/** A transaction is final after a few slots; what takes longer than this has failed. */
export const PATIENCE_MS = 30_000;

const keyring = new Keyring({ type: 'sr25519', ss58Format: 137 });

export const alice = keyring.addFromUri('//Alice');
export const bob = keyring.addFromUri('//Bob');

/** An account nobody else uses; it has no balance. */
export function account(path, type = 'sr25519') {
  return keyring.createFromUri(path, {}, type);
}

export async function connect(options = {}) {
  const provider = new WsProvider(ENDPOINT, false);
  await provider.connect();
  return ApiPromise.create({
    provider,
    noInitWarn: true,
    throwOnConnect: true,
    throwOnUnknown: true,
    // as @gear-js/api registers it: an extension that adds nothing
    signedExtensions: { StakingBlackList: { extrinsic: {}, payload: {} } },
    ...options,
  });
}

/** Reject when `promise` takes longer than `ms`; `what` is said then. */
export function within(promise, what, ms = PATIENCE_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Where a transaction is at the end of its life. */
const LAST = ['Finalized', 'Usurped', 'Dropped', 'Invalid', 'FinalityTimeout'];

/**
 * Sign, submit and watch a transaction.
 *
 * `watched.statuses` grows as the node reports; `watched.reached(status, count)` resolves with
 * the report that is the count-th (the first) of that status, and rejects if the transaction ends
 * otherwise.
 */
export async function watch(tx, signer, options = {}) {
  const waiting = [];
  const watched = {
    statuses: [],
    reports: [],
    reached(status, count = 1) {
      const promise = new Promise((resolve, reject) =>
        waiting.push({ status, count, resolve, reject }),
      );
      settle();
      return within(promise, `${status} of ${tx.method.section}.${tx.method.method}`);
    },
  };
  function settle() {
    for (const { status, count, resolve, reject } of waiting) {
      const report = watched.reports.filter((each) => each.status.type === status)[count - 1];
      if (report) {
        resolve(report);
      } else if (LAST.includes(watched.statuses.at(-1))) {
        reject(new Error(`wanted ${status}, reported: ${watched.statuses.join(', ')}`));
      }
    }
  }
  const unsubscribe = await tx.signAndSend(signer, { nonce: -1, ...options }, (report) => {
    watched.statuses.push(report.status.type);
    watched.reports.push(report);
    settle();
    if (LAST.includes(report.status.type)) {
      unsubscribe?.();
    }
  });
  return watched;
}

/** Sign and submit; resolve with the report of `until`, in a block unless told otherwise. */
export async function submit(tx, signer, { until = 'InBlock', ...options } = {}) {
  return (await watch(tx, signer, options)).reached(until);
}

/** Submit what must be dispatched without error. */
export async function succeed(tx, signer, options = {}) {
  const report = await submit(tx, signer, options);
  assert.equal(errorName(tx.registry, report.dispatchError), undefined);
  return report;
}

/** `section.Name` of a dispatch error; undefined without one. */
export function errorName(registry, dispatchError) {
  if (!dispatchError) {
    return undefined;
  }
  if (dispatchError.isModule) {
    const { section, name } = registry.findMetaError(dispatchError.asModule);
    return `${section}.${name}`;
  }
  const inner = dispatchError.value?.type;
  return inner ? `${dispatchError.type}.${inner}` : dispatchError.type;
}

/** `section.Name` of each event, in order. */
export function eventNames(report) {
  return report.events.map(({ event }) => `${event.section}.${event.method}`);
}

/** The only event `section.Name` in a report. */
export function eventOf(report, name) {
  const found = report.events.filter(({ event }) => `${event.section}.${event.method}` === name);
  assert.equal(found.length, 1, `one ${name} among ${eventNames(report).join(', ')}`);
  return found[0].event;
}

/** Give accounts something to spend. */
export async function fund(api, accounts, amount = 1000n * TOKEN) {
  const transfers = accounts.map(({ address }) =>
    api.tx.balances.transferKeepAlive(address, amount),
  );
  await succeed(api.tx.utility.batchAll(transfers), alice);
}

export async function free(api, { address }) {
  return (await api.query.system.account(address)).data.free.toBigInt();
}

/** Collect `count` values of a subscription, then end it. */
export async function collect(subscribe, count, what) {
  const values = [];
  let done;
  const full = new Promise((resolve) => {
    done = resolve;
  });
  const unsubscribe = await subscribe((value) => {
    values.push(value);
    if (values.length === count) {
      done();
    }
  });
  try {
    await within(full, `${count} of ${what}`);
  } finally {
    await unsubscribe();
  }
  return values.slice(0, count);
}

/** The error of a raw JSON-RPC request that must fail. */
export async function refused(provider, method, params) {
  try {
    await provider.send(method, params);
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: `${method} was answered` });
}
