// Calls on behalf of others or in groups: utility, multisig, proxy, sudo.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import { createKeyMulti, encodeAddress, sortAddresses } from '@polkadot/util-crypto';

import {
  account,
  alice,
  bob,
  connect,
  errorName,
  eventNames,
  eventOf,
  free,
  fund,
  submit,
  succeed,
  TOKEN,
} from './connection.mjs';

let api;
const first = account('//Delegation/first');
const second = account('//Delegation/second');
const third = account('//Delegation/third');
const receiver = account('//Delegation/receiver');
before(async () => {
  api = await connect();
  await fund(api, [first, second, third, receiver], 10_000n * TOKEN);
});
after(() => api.disconnect());

const pay = (amount = TOKEN) => api.tx.balances.transferKeepAlive(receiver.address, amount);
const tooMuch = () => pay(15n * 10n ** 20n);

/** What `DispatchResult` in an event says: undefined, or the error's name. */
const outcome = (result) => (result.isOk ? undefined : errorName(api.registry, result.asErr));

test('a batch stops at the first failure and keeps what was done', async () => {
  const before = await free(api, receiver);
  const done = await succeed(api.tx.utility.batch([pay(), pay()]), first);
  assert.equal(eventNames(done).filter((name) => name === 'utility.ItemCompleted').length, 2);
  assert.ok(eventNames(done).includes('utility.BatchCompleted'));
  const stopped = await succeed(api.tx.utility.batch([pay(), tooMuch(), pay()]), first);
  const { index, error } = eventOf(stopped, 'utility.BatchInterrupted').data;
  assert.equal(index.toNumber(), 1);
  assert.equal(errorName(api.registry, error), 'Token.FundsUnavailable');
  assert.equal(await free(api, receiver), before + 3n * TOKEN);
});

test('all of a batch or nothing', async () => {
  const before = await free(api, receiver);
  await succeed(api.tx.utility.batchAll([pay(), pay()]), first);
  const failed = await submit(api.tx.utility.batchAll([pay(), tooMuch()]), first);
  assert.equal(errorName(api.registry, failed.dispatchError), 'Token.FundsUnavailable');
  assert.equal(eventNames(failed).includes('balances.Transfer'), false);
  assert.equal(await free(api, receiver), before + 2n * TOKEN);
});

test('a forced batch goes on after a failure', async () => {
  const before = await free(api, receiver);
  const report = await succeed(api.tx.utility.forceBatch([pay(), tooMuch(), pay()]), first);
  assert.ok(eventNames(report).includes('utility.BatchCompletedWithErrors'));
  assert.ok(eventNames(report).includes('utility.ItemFailed'));
  assert.equal(await free(api, receiver), before + 2n * TOKEN);
});

test('a derived account', async () => {
  const { createKeyDerived } = await import('@polkadot/util-crypto');
  const derived = encodeAddress(createKeyDerived(first.address, 7), 137);
  await succeed(api.tx.balances.transferKeepAlive(derived, 5n * TOKEN), first);
  await succeed(api.tx.utility.asDerivative(7, pay(2n * TOKEN)), first);
  assert.equal(await free(api, { address: derived }), 3n * TOKEN);
});

test('two of three sign', async () => {
  const signers = [first, second, third];
  const addresses = signers.map(({ address }) => address);
  const shared = encodeAddress(createKeyMulti(addresses, 2), 137);
  await succeed(api.tx.balances.transferKeepAlive(shared, 100n * TOKEN), first);
  const others = (own) =>
    sortAddresses(
      addresses.filter((address) => address !== own.address),
      137,
    );
  const call = pay(40n * TOKEN);
  const hash = call.method.hash;
  const { weight } = await call.paymentInfo(first);
  const before = await free(api, receiver);

  const opened = await succeed(
    api.tx.multisig.asMulti(2, others(first), null, call.method, weight),
    first,
  );
  assert.equal(eventOf(opened, 'multisig.NewMultisig').data[1].toString(), shared);
  const open = (await api.query.multisig.multisigs(shared, hash)).unwrap();
  assert.equal(open.depositor.toString(), first.address);
  assert.deepEqual(open.approvals.map(String), [first.address]);
  assert.ok((await api.query.system.account(first.address)).data.reserved.gtn(0));

  const wrong = await submit(
    api.tx.multisig.asMulti(2, others(second), { height: 1, index: 0 }, call.method, weight),
    second,
  );
  assert.equal(errorName(api.registry, wrong.dispatchError), 'multisig.WrongTimepoint');

  const done = await succeed(
    api.tx.multisig.asMulti(2, others(second), open.when, call.method, weight),
    second,
  );
  const executed = eventOf(done, 'multisig.MultisigExecuted').data;
  assert.equal(executed.multisig.toString(), shared);
  assert.equal(outcome(executed.result), undefined);
  assert.equal(await free(api, receiver), before + 40n * TOKEN);
  assert.ok((await api.query.multisig.multisigs(shared, hash)).isNone);
  assert.equal((await api.query.system.account(first.address)).data.reserved.toBigInt(), 0n);
});

test('an approval is withdrawn', async () => {
  const others = sortAddresses([second.address, third.address], 137);
  const hash = api.tx.system.remark('0x77').method.hash;
  await succeed(api.tx.multisig.approveAsMulti(2, others, null, hash, {}), first);
  const shared = encodeAddress(
    createKeyMulti(
      [first, second, third].map((a) => a.address),
      2,
    ),
    137,
  );
  const { when } = (await api.query.multisig.multisigs(shared, hash)).unwrap();
  const report = await succeed(api.tx.multisig.cancelAsMulti(2, others, when, hash), first);
  assert.ok(eventNames(report).includes('multisig.MultisigCancelled'));
  const [entry] = await api.query.multisig.multisigs.entries(shared);
  assert.equal(entry, undefined);
});

test('a proxy acts within its type', async () => {
  await succeed(api.tx.proxy.addProxy(second.address, 'NonTransfer', 0), first);
  const [definitions, deposit] = await api.query.proxy.proxies(first.address);
  assert.deepEqual(definitions.toJSON(), [
    { delegate: second.address, proxyType: 'NonTransfer', delay: 0 },
  ]);
  assert.ok(deposit.gtn(0));

  const remark = api.tx.system.remarkWithEvent('0x01');
  const allowed = await succeed(api.tx.proxy.proxy(first.address, null, remark), second);
  assert.equal(outcome(eventOf(allowed, 'proxy.ProxyExecuted').data[0]), undefined);
  assert.equal(eventOf(allowed, 'system.Remarked').data[0].toString(), first.address);

  const filtered = await succeed(api.tx.proxy.proxy(first.address, null, pay()), second);
  assert.equal(outcome(eventOf(filtered, 'proxy.ProxyExecuted').data[0]), 'system.CallFiltered');
  const stranger = await submit(api.tx.proxy.proxy(first.address, null, remark), third);
  assert.equal(errorName(api.registry, stranger.dispatchError), 'proxy.NotProxy');

  await succeed(api.tx.proxy.removeProxies(), first);
  assert.equal((await api.query.proxy.proxies(first.address))[0].length, 0);
  assert.equal((await api.query.system.account(first.address)).data.reserved.toBigInt(), 0n);
});

test('a pure proxy has no key', async () => {
  const created = await succeed(api.tx.proxy.createPure('Any', 0, 0), first);
  const { pure } = eventOf(created, 'proxy.PureCreated').data;
  await succeed(api.tx.balances.transferKeepAlive(pure, 10n * TOKEN), first);
  const before = await free(api, receiver);
  const paid = await succeed(api.tx.proxy.proxy(pure, 'Any', pay(3n * TOKEN)), first);
  assert.equal(outcome(eventOf(paid, 'proxy.ProxyExecuted').data[0]), undefined);
  assert.equal(await free(api, receiver), before + 3n * TOKEN);
  assert.equal(await free(api, { address: pure.toString() }), 7n * TOKEN);
});

test('a delayed proxy announces first', async () => {
  await succeed(api.tx.proxy.addProxy(third.address, 'Any', 1), first);
  const call = api.tx.system.remark('0x05');
  await succeed(api.tx.proxy.announce(first.address, call.method.hash), third);
  const [announcements] = await api.query.proxy.announcements(third.address);
  assert.equal(announcements[0].callHash.toHex(), call.method.hash.toHex());
  const report = await succeed(
    api.tx.proxy.proxyAnnounced(third.address, first.address, null, call),
    second,
  );
  assert.equal(outcome(eventOf(report, 'proxy.ProxyExecuted').data[0]), undefined);
  await succeed(api.tx.proxy.removeProxies(), first);
});

test('root sets a balance', async () => {
  const who = account('//Delegation/endowed');
  const report = await succeed(
    api.tx.sudo.sudo(api.tx.balances.forceSetBalance(who.address, 42n * TOKEN)),
    alice,
  );
  assert.equal(outcome(eventOf(report, 'sudo.Sudid').data[0]), undefined);
  assert.equal(eventOf(report, 'balances.BalanceSet').data.free.toBigInt(), 42n * TOKEN);
  assert.equal(await free(api, who), 42n * TOKEN);
});

test('root acts as somebody, and sees failures', async () => {
  const before = await free(api, receiver);
  const report = await succeed(api.tx.sudo.sudoAs(bob.address, pay(5n * TOKEN)), alice);
  assert.equal(outcome(eventOf(report, 'sudo.SudoAsDone').data[0]), undefined);
  assert.equal(await free(api, receiver), before + 5n * TOKEN);
  const failed = await succeed(api.tx.sudo.sudoAs(bob.address, tooMuch()), alice);
  assert.equal(outcome(eventOf(failed, 'sudo.SudoAsDone').data[0]), 'Token.FundsUnavailable');
});

test('root passes a weight of its own, and dispatches as an origin', async () => {
  const remark = api.tx.system.remark('0x');
  const unchecked = api.tx.sudo.sudoUncheckedWeight(remark, { refTime: 1, proofSize: 0 });
  assert.ok(eventNames(await succeed(unchecked, alice)).includes('sudo.Sudid'));
  const asOrigin = api.tx.utility.dispatchAs({ system: { Signed: bob.address } }, pay());
  const report = await succeed(api.tx.sudo.sudo(asOrigin), alice);
  assert.equal(outcome(eventOf(report, 'utility.DispatchedAs').data[0]), undefined);
});

test('the key of root is handed over and back', async () => {
  const changed = await succeed(api.tx.sudo.setKey(first.address), alice);
  assert.ok(eventNames(changed).includes('sudo.KeyChanged'));
  try {
    assert.equal((await api.query.sudo.key()).unwrap().toString(), first.address);
    const refused = await submit(api.tx.sudo.sudo(api.tx.system.remark('0x')), alice);
    assert.equal(errorName(api.registry, refused.dispatchError), 'sudo.RequireSudo');
  } finally {
    await succeed(api.tx.sudo.setKey(alice.address), first);
  }
  assert.equal((await api.query.sudo.key()).unwrap().toString(), alice.address);
});
