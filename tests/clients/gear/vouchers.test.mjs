// Vouchers: issued, used by accounts that own nothing, updated, declined, revoked.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import {
  account,
  alice,
  bob,
  errorName,
  free,
  submit,
  succeed,
  TOKEN,
} from '../polkadot_js/connection.mjs';
import {
  actor,
  blocks,
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
import { everyCall, sending } from './every_call.mjs';

const NOTHING = everyCall();
const UNPAID = /1010: .*Inability to pay some fees/;

let api;
let program;
/** A voucher that ends by itself while the others are tried out. */
let expiring;
before(async () => {
  api = await connect();
  const spender = account('//voucher/expiring');
  expiring = { spender, ...(await issued(spender)) };
  program = await upload(api, 'c/every_call');
});
after(() => api.disconnect());

/** A voucher for a spender who owns nothing. */
async function issued(spender, { tokens = 200n, duration, programs, code = false } = {}) {
  const { extrinsic, voucherId } = await api.voucher.issue(
    actor(spender),
    tokens * TOKEN,
    duration,
    programs,
    code,
  );
  const report = await succeed(extrinsic, alice);
  const data = event(report.events, 'gearVoucher.VoucherIssued');
  assert.equal(data.voucherId.toHex(), voucherId);
  assert.equal(data.spender.toHex(), actor(spender));
  assert.equal(data.owner.toHex(), actor(alice));
  const number = (await api.blocks.getBlockNumber(report.status.asInBlock)).toNumber();
  return { voucherId, number };
}

const message = (payload = NOTHING, destination = program) =>
  api.message.send({ destination, payload, gasLimit: PLENTY });

async function refusal(tx, signer) {
  const { dispatchError } = await submit(tx, signer);
  return errorName(api.registry, dispatchError);
}

test('a voucher is not revoked before its time', async () => {
  const { spender, voucherId } = expiring;
  const revoke = api.voucher.revoke(spender.address, voucherId);
  assert.equal(await refusal(revoke, alice), 'gearVoucher.IrrevocableYet');
  await succeed(api.voucher.call(voucherId, { SendMessage: message() }), spender);
});

test('a voucher is described in storage', async () => {
  const spender = account('//voucher/described');
  const { voucherId, number } = await issued(spender, { programs: [program], code: true });
  const expected = {
    owner: actor(alice),
    programs: [program],
    expiry: number + api.voucher.minDuration + 1,
    codeUploading: true,
  };
  assert.deepEqual(await api.voucher.getDetails(spender.address, voucherId), expected);
  assert.deepEqual(await api.voucher.getAllForAccount(spender.address), { [voucherId]: expected });
  assert.equal(await api.voucher.exists(spender.address, program), true);
  assert.equal(await api.voucher.exists(account('//voucher/none').address, program), false);
  assert.ok((await api.voucher.getAllIssuedByAccount(alice.address)).includes(voucherId));
});

test('who owns nothing sends, replies, and uploads code', async () => {
  const spender = account('//voucher/poor');
  const { voucherId } = await issued(spender, { programs: [program], code: true });
  const payload = everyCall(sending(actor(spender), Buffer.from('well?'), 1_000_000_000n));
  const spent = [];
  const used = async (tx) => {
    const before = await free(api, { address: voucherId });
    const outcome = await send(api, tx, spender);
    spent.push(before - (await free(api, { address: voucherId })));
    return outcome;
  };
  const first = await used(api.voucher.call(voucherId, { SendMessage: message(payload) }));
  const mail = sentTo(first.events, actor(spender)).find(({ message }) => message.details.isNone);
  const reply = await api.message.sendReply({
    replyToId: mail.message.id.toHex(),
    account: actor(spender),
    payload: '0x',
    gasLimit: PLENTY,
  });
  const second = await used(api.voucher.call(voucherId, { SendReply: reply }));
  const { statuses } = event(second.events, 'gear.MessagesDispatched');
  assert.deepEqual(statuses.toJSON(), { [second.id]: 'Success' });
  assert.ok(spent.every((amount) => amount > 0n));

  const { codeHash, extrinsic } = await api.code.upload(marked(wasm('ping'), 'by voucher'));
  const uploaded = await succeed(api.voucher.call(voucherId, { UploadCode: extrinsic }), spender);
  assert.equal(event(uploaded.events, 'gear.CodeChanged').id.toHex(), codeHash);
  assert.equal(await free(api, spender), 0n);
});

test('only for what it was issued', async () => {
  const spender = account('//voucher/limited');
  const other = await upload(api, 'ping');
  const { voucherId } = await issued(spender, { programs: [program] });
  const elsewhere = api.voucher.call(voucherId, { SendMessage: message('0x', other) });
  await assert.rejects(submit(elsewhere, spender), UNPAID);
  const { extrinsic } = await api.code.upload(marked(wasm('ping'), 'not by voucher'));
  const code = api.voucher.call(voucherId, { UploadCode: extrinsic });
  await assert.rejects(submit(code, spender), UNPAID);

  // Those who can pay for it hear from the chain itself.
  await succeed(api.balance.transfer(spender.address, 100n * TOKEN), alice);
  assert.equal(await refusal(elsewhere, spender), 'gearVoucher.InappropriateDestination');
  assert.equal(await refusal(code, spender), 'gearVoucher.CodeUploadingDisabled');

  const more = api.voucher.update(spender.address, voucherId, {
    appendPrograms: [other],
    codeUploading: true,
    balanceTopUp: 20n * TOKEN,
    prolongDuration: 100,
  });
  const before = await api.voucher.getDetails(spender.address, voucherId);
  const had = await free(api, { address: voucherId });
  const updated = event((await succeed(more, alice)).events, 'gearVoucher.VoucherUpdated');
  assert.equal(updated.voucherId.toHex(), voucherId);
  assert.ok(updated.newOwner.isNone);
  const after = await api.voucher.getDetails(spender.address, voucherId);
  assert.deepEqual(after.programs, [program, other].sort());
  assert.ok(after.codeUploading);
  assert.equal(after.expiry, before.expiry + 100);
  assert.equal(await free(api, { address: voucherId }), had + 20n * TOKEN);
  await succeed(elsewhere, spender);
  await succeed(code, spender);
});

test('a declined voucher goes back to its new owner', async () => {
  const spender = account('//voucher/declined');
  const { voucherId } = await issued(spender, { tokens: 50n });
  const given = api.voucher.update(spender.address, voucherId, { moveOwnership: bob.address });
  const { newOwner } = event((await succeed(given, alice)).events, 'gearVoucher.VoucherUpdated');
  assert.equal(newOwner.unwrap().toHex(), actor(bob));

  const declined = await succeed(api.voucher.call(voucherId, { DeclineVoucher: null }), spender);
  const data = event(declined.events, 'gearVoucher.VoucherDeclined');
  assert.equal(data.spender.toHex(), actor(spender));
  assert.equal(data.voucherId.toHex(), voucherId);
  const { expiry } = await api.voucher.getDetails(spender.address, voucherId);
  const { number } = await api.rpc.chain.getHeader(declined.status.asInBlock);
  assert.equal(expiry, number.toNumber());

  const revoke = api.voucher.revoke(spender.address, voucherId);
  assert.equal(await refusal(revoke, alice), 'gearVoucher.BadOrigin');
  const left = await free(api, { address: voucherId });
  assert.ok(left > 0n && left < 50n * TOKEN, 'the fee was paid by the voucher');
  const had = await free(api, bob);
  const revoked = await succeed(revoke, bob);
  const { voucherId: gone } = event(revoked.events, 'gearVoucher.VoucherRevoked');
  assert.equal(gone.toHex(), voucherId);
  assert.equal(await free(api, { address: voucherId }), 0n);
  const fee = event(revoked.events, 'transactionPayment.TransactionFeePaid').actualFee.toBigInt();
  assert.equal(await free(api, bob), had + left - fee);
});

test('an expired voucher pays no more, and is revoked', async () => {
  const { voucherId, number } = expiring;
  const { number: now } = await api.rpc.chain.getHeader();
  await blocks(api, number + api.voucher.minDuration + 1 - now.toNumber());
  await assert.rejects(
    submit(api.voucher.call(voucherId, { SendMessage: message() }), expiring.spender),
    UNPAID,
  );
  const revoke = api.voucher.revoke(expiring.spender.address, voucherId);
  event((await succeed(revoke, alice)).events, 'gearVoucher.VoucherRevoked');
});
