// Signed transactions: their way to finality, events, fees, tips, mortality, signatures, errors.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import {
  account,
  alice,
  connect,
  errorName,
  eventNames,
  eventOf,
  free,
  fund,
  submit,
  succeed,
  TOKEN,
  watch,
} from './connection.mjs';

let api;
const sender = account('//Transactions/sender');
const receiver = account('//Transactions/receiver');
before(async () => {
  api = await connect();
  await fund(api, [sender, receiver]);
});
after(() => api.disconnect());

const transfer = (amount = TOKEN) => api.tx.balances.transferKeepAlive(receiver.address, amount);

test('a transfer is ready, in a block, then final', async () => {
  const watched = await watch(transfer(), sender);
  const report = await watched.reached('Finalized');
  assert.deepEqual(watched.statuses, ['Ready', 'InBlock', 'Finalized']);

  const hash = report.status.asFinalized;
  assert.equal(watched.reports[1].status.asInBlock.toHex(), hash.toHex());
  const { block } = await api.rpc.chain.getBlock(hash);
  const extrinsic = block.extrinsics[report.txIndex];
  assert.equal(extrinsic.hash.toHex(), report.txHash.toHex());
  assert.equal(extrinsic.signer.toString(), sender.address);
  assert.deepEqual(extrinsic.method.toHuman().args, {
    dest: { Id: receiver.address },
    value: '1,000,000,000,000',
  });
  const finalized = await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead());
  assert.ok(finalized.number.toNumber() >= block.header.number.toNumber());
});

test('its events, in order', async () => {
  const report = await succeed(transfer(3n * TOKEN), sender);
  assert.deepEqual(eventNames(report), [
    'balances.Withdraw',
    'balances.Transfer',
    'balances.Deposit',
    'transactionPayment.TransactionFeePaid',
    'system.ExtrinsicSuccess',
  ]);
  const { from, to, amount } = eventOf(report, 'balances.Transfer').data;
  assert.equal(from.toString(), sender.address);
  assert.equal(to.toString(), receiver.address);
  assert.equal(amount.toBigInt(), 3n * TOKEN);
  assert.equal(report.dispatchInfo.class.type, 'Normal');
});

test('the fee is what was announced', async () => {
  const before = await free(api, sender);
  const info = await transfer().paymentInfo(sender, { nonce: -1 });
  const report = await succeed(transfer(), sender);
  const { who, actualFee, tip } = eventOf(report, 'transactionPayment.TransactionFeePaid').data;
  assert.equal(who.toString(), sender.address);
  assert.equal(actualFee.toBigInt(), info.partialFee.toBigInt());
  assert.equal(tip.toBigInt(), 0n);
  assert.equal(before - (await free(api, sender)), TOKEN + actualFee.toBigInt());
  const { baseExtrinsic } = api.consts.system.blockWeights.perClass.normal;
  assert.equal(
    report.dispatchInfo.weight.refTime.toBigInt(),
    info.weight.refTime.toBigInt() + baseExtrinsic.refTime.toBigInt(),
    'the event counts the weight of being an extrinsic',
  );
});

test('a tip is paid on top', async () => {
  const tip = TOKEN / 10n;
  const info = await transfer().paymentInfo(sender, { nonce: -1, tip });
  const paid = eventOf(
    await succeed(transfer(), sender, { tip }),
    'transactionPayment.TransactionFeePaid',
  ).data;
  assert.equal(paid.tip.toBigInt(), tip);
  assert.equal(paid.actualFee.toBigInt(), info.partialFee.toBigInt() + tip);
});

test('fee details add up', async () => {
  const signed = await transfer().signAsync(sender, { nonce: -1 });
  const details = await api.rpc.payment.queryFeeDetails(signed.toHex());
  // api.rpc.payment.queryInfo expects the weights of years ago
  const info = await api._rpcCore.provider.send('payment_queryInfo', [signed.toHex()]);
  const { baseFee, lenFee, adjustedWeightFee } = details.inclusionFee.unwrap();
  assert.equal(
    BigInt(info.partialFee),
    baseFee.toBigInt() + lenFee.toBigInt() + adjustedWeightFee.toBigInt(),
  );
  const length = signed.encodedLength;
  const byCall = await api.call.transactionPaymentApi.queryFeeDetails(signed.toU8a(), length);
  assert.equal(byCall.inclusionFee.toHex(), details.inclusionFee.toHex());
  const ofCall = await api.call.transactionPaymentCallApi.queryCallInfo(signed.method, length);
  assert.equal(ofCall.partialFee.toBigInt(), BigInt(info.partialFee));
  assert.equal(ofCall.weight.refTime.toNumber(), info.weight.ref_time);
  const lengthFee = await api.call.transactionPaymentApi.queryLengthToFee(length);
  assert.equal(lengthFee.toBigInt(), lenFee.toBigInt());
  assert.equal(ofCall.class.type, 'Normal');
});

test('validity of a transaction, asked of the runtime', async () => {
  const signed = await transfer().signAsync(sender, { nonce: -1 });
  const best = (await api.rpc.chain.getHeader()).hash;
  const validity = await api.call.taggedTransactionQueue.validateTransaction(
    'External',
    signed.toU8a(),
    best,
  );
  assert.ok(validity.isOk, validity.toString());
  assert.equal(validity.asOk.provides.length, 1);
  assert.equal(validity.asOk.requires.length, 0);
  assert.ok(validity.asOk.propagate.isTrue);
});

test('mortal by default, immortal on demand', async () => {
  const mortal = await transfer().signAsync(sender, { nonce: -1, era: 64 });
  assert.ok(mortal.era.isMortalEra);
  assert.equal(mortal.era.asMortalEra.period.toNumber(), 64);
  const immortal = await submit(transfer(), sender, { era: 0, until: 'Finalized' });
  const { block } = await api.rpc.chain.getBlock(immortal.status.asFinalized);
  assert.ok(block.extrinsics[immortal.txIndex].era.isImmortalEra);
  const short = await submit(transfer(), sender, { era: 4, until: 'Finalized' });
  const other = await api.rpc.chain.getBlock(short.status.asFinalized);
  assert.equal(
    other.block.extrinsics[short.txIndex].era.asMortalEra.period.toNumber(),
    4,
    'the shortest life there is',
  );
});

for (const [type, index] of [
  ['ed25519', 0],
  ['ecdsa', 2],
]) {
  test(`signed with ${type}`, async () => {
    const signer = account('//Transactions//scheme', type);
    await fund(api, [signer], 10n * TOKEN);
    const report = await succeed(transfer(), signer, { until: 'Finalized' });
    const { block } = await api.rpc.chain.getBlock(report.status.asFinalized);
    const { signature, signer: who } = block.extrinsics[report.txIndex];
    assert.equal(who.toString(), signer.address);
    assert.equal(signature.length, type === 'ecdsa' ? 65 : 64);
    assert.equal(block.extrinsics[report.txIndex].inner.signature.multiSignature.index, index);
  });
}

test('a failed dispatch costs its fee and names its error', async () => {
  const before = await free(api, sender);
  const report = await submit(api.tx.proxy.removeProxy(receiver.address, 'Any', 0), sender);
  assert.equal(errorName(api.registry, report.dispatchError), 'proxy.NotFound');
  const meta = api.registry.findMetaError(report.dispatchError.asModule);
  assert.ok(meta.docs.join(' ').length > 0, 'documented');
  assert.equal(eventNames(report).at(-1), 'system.ExtrinsicFailed');
  const { actualFee } = eventOf(report, 'transactionPayment.TransactionFeePaid').data;
  assert.equal(before - (await free(api, sender)), actualFee.toBigInt());
});

test('errors of each kind', async () => {
  const error = async (tx) => errorName(api.registry, (await submit(tx, sender)).dispatchError);
  const { balances, sudo, system, utility } = api.tx;
  const everything = await free(api, sender);
  assert.equal(
    await error(balances.transferKeepAlive(receiver.address, 2n * everything)),
    'Token.FundsUnavailable',
  );
  assert.equal(
    await error(balances.transferKeepAlive(account('//Transactions/dust').address, 1)),
    'Token.BelowMinimum',
  );
  assert.equal(await error(sudo.sudo(system.remark('0x'))), 'sudo.RequireSudo');
  assert.equal(await error(system.setHeapPages(1)), 'BadOrigin');
  assert.equal(await error(balances.transferKeepAlive({ Raw: '0x00' }, TOKEN)), 'CannotLookup');
  assert.equal(
    await error(utility.batchAll([balances.transferKeepAlive(receiver.address, 2n * everything)])),
    'Token.FundsUnavailable',
  );
});

test('an account that gives everything away is reaped', async () => {
  const leaver = account('//Transactions/leaver');
  await fund(api, [leaver], 20n * TOKEN);
  const report = await succeed(api.tx.balances.transferAll(receiver.address, false), leaver);
  assert.ok(eventNames(report).includes('system.KilledAccount'));
  assert.equal(await free(api, leaver), 0n);
});

test('a remark with an event', async () => {
  const report = await succeed(api.tx.system.remarkWithEvent('0x010203'), sender);
  const { sender: who, hash_: remarked } = eventOf(report, 'system.Remarked').data;
  assert.equal(who.toString(), sender.address);
  assert.equal(remarked.toHex(), api.registry.hash(Uint8Array.of(1, 2, 3)).toHex());
});

test('a large transaction pays for its length', async () => {
  const tx = api.tx.system.remark(`0x${'2a'.repeat(500_000)}`);
  const info = await tx.paymentInfo(alice);
  const report = await succeed(tx, alice);
  const { actualFee } = eventOf(report, 'transactionPayment.TransactionFeePaid').data;
  assert.equal(actualFee.toBigInt(), info.partialFee.toBigInt());
  const { block } = await api.rpc.chain.getBlock(report.status.asInBlock);
  assert.equal(block.extrinsics[report.txIndex].method.args[0].length, 500_000);
});

test('fifty transactions at once, in the order of their nonces', async () => {
  const first = (await api.rpc.system.accountNextIndex(sender.address)).toNumber();
  const watches = [];
  for (let offset = 0; offset < 50; offset += 1) {
    watches.push(await watch(transfer(), sender, { nonce: first + offset }));
  }
  const reports = await Promise.all(watches.map((watched) => watched.reached('InBlock')));
  const places = [];
  for (const report of reports) {
    assert.equal(report.dispatchError, undefined);
    places.push(report.blockNumber.toNumber() * 10_000 + report.txIndex);
  }
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.equal((await api.query.system.account(sender.address)).nonce.toNumber(), first + 50);
});
