// Messages: replies in the same block, the mailbox, the waitlist, several in one extrinsic.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import {
  alice,
  account,
  free,
  fund,
  submit,
  succeed,
  TOKEN,
  errorName,
} from '../polkadot_js/connection.mjs';
import { actor, connect, event, hex, PLENTY, send, sentTo, upload, ZERO } from './connection.mjs';
import { everyCall, sending, WAIT } from './every_call.mjs';

let api;
let counter;
let program;
before(async () => {
  api = await connect();
  counter = await upload(api, 'c/counter');
  program = await upload(api, 'c/every_call');
});
after(() => api.disconnect());

/** An account with tokens and an empty mailbox. */
async function user(path) {
  const pair = account(path);
  await fund(api, [pair]);
  return pair;
}

/** Let the program send this message to somebody. */
function mailing(destination, payload, { value = 0n, gas = 1_000_000_000n } = {}) {
  return api.message.send({
    destination: program,
    payload: everyCall(sending(destination, Buffer.from(payload), gas, value)),
    gasLimit: PLENTY,
    value,
  });
}

test('the reply comes in the block of the message', async () => {
  const tx = api.message.send({ destination: counter, payload: hex('inc'), gasLimit: PLENTY });
  const { id, block, report } = await send(api, tx);
  const queued = event(report.events, 'gear.MessageQueued');
  assert.equal(queued.source.toHex(), actor(alice));
  assert.equal(queued.destination.toHex(), counter);
  assert.ok(queued.entry.isHandle);
  const reply = await api.message.getReplyEvent(counter, id, block);
  assert.deepEqual(reply.data.message.toJSON().details, { to: id, code: { success: 'Manual' } });
  assert.equal(reply.data.message.payload.toHex(), '0x01000000');
  assert.ok(reply.data.expiration.isNone);
});

test('several messages in one extrinsic', async () => {
  const tx = () =>
    api.message.send({ destination: counter, payload: hex('inc'), gasLimit: PLENTY / 2n });
  const report = await succeed(api.tx.utility.batchAll([tx(), tx(), tx()]), alice);
  const ids = report.events
    .filter(({ event }) => api.events.gear.MessageQueued.is(event))
    .map(({ event }) => event.data.id.toHex());
  assert.equal(new Set(ids).size, 3);
  const events = await api.blocks.getEvents(report.status.asInBlock);
  const replies = sentTo(events, actor(alice)).map(({ message }) => message.details.unwrap().to);
  assert.deepEqual(replies.map(String), ids);
});

test('a message that panics is answered with its words', async () => {
  const tx = api.message.send({ destination: counter, payload: hex('no'), gasLimit: PLENTY });
  const { id, events } = await send(api, tx);
  const [{ message }] = sentTo(events, actor(alice));
  assert.deepEqual(message.toJSON().details.code, { error: { execution: 'UserspacePanic' } });
  assert.match(Buffer.from(message.payload).toString(), /inc, dec or get/);
  const { statuses } = event(events, 'gear.MessagesDispatched');
  assert.deepEqual(statuses.toJSON(), { [id]: 'Failed' });
});

test('payloads by the name of their type', () => {
  const tx = api.message.send(
    { destination: ZERO, gasLimit: 1000, payload: 'PING' },
    undefined,
    'String',
  );
  assert.equal(tx.args[1].toJSON(), '0x1050494e47');
});

test('a message lies in the mailbox until it is claimed', async () => {
  const carol = await user('//mailbox/claim');
  const value = 30n * TOKEN;
  const { events } = await send(api, mailing(actor(carol), 'yours', { value }));
  const [{ message, expiration }] = sentTo(events, actor(carol));
  assert.ok(expiration.isSome);
  assert.ok(message.details.isNone);

  const mailbox = await api.mailbox.read(actor(carol));
  assert.equal(mailbox.length, 1);
  const [stored] = mailbox[0];
  assert.equal(stored.id.toHex(), message.id.toHex());
  assert.equal(stored.source.toHex(), program);
  assert.equal(stored.payload.toHex(), hex('yours'));
  // Not its value: in lists, the client has a type of its own for what follows.
  const [same, interval] = await api.mailbox.read(actor(carol), stored.id.toHex());
  assert.equal(same.id.toHex(), message.id.toHex());
  assert.equal(same.value.toBigInt(), value);
  assert.equal(interval.finish.toNumber(), expiration.unwrap().toNumber());
  assert.equal(await api.mailbox.read(actor(carol), ZERO), null);

  const had = await free(api, carol);
  const claim = await succeed(api.mailbox.claimValue.submit(stored.id.toHex()), carol);
  const read = event(claim.events, 'gear.UserMessageRead');
  assert.equal(read.id.toHex(), stored.id.toHex());
  assert.ok(read.reason.asRuntime.isMessageClaimed);
  assert.deepEqual(await api.mailbox.read(actor(carol)), []);
  const fee = event(claim.events, 'transactionPayment.TransactionFeePaid').actualFee.toBigInt();
  assert.equal(await free(api, carol), had + value - fee);
  const again = await submit(api.mailbox.claimValue.submit(stored.id.toHex()), carol);
  assert.equal(errorName(api.registry, again.dispatchError), 'gear.MessageNotFound');
});

test('a message in the mailbox is replied to, with exactly the gas that was calculated', async () => {
  const dave = await user('//mailbox/reply');
  const { events } = await send(api, mailing(actor(dave), 'well?'));
  const id = sentTo(events, actor(dave))[0].message.id.toHex();
  const gas = await api.program.calculateGas.reply(actor(dave), id, '0x', 0, true);
  const tx = await api.message.sendReply({
    replyToId: id,
    account: actor(dave),
    payload: '0x',
    gasLimit: gas.min_limit,
  });
  const replied = await send(api, tx, dave);
  assert.ok(event(replied.report.events, 'gear.UserMessageRead').reason.asRuntime.isMessageReplied);
  const queued = event(replied.report.events, 'gear.MessageQueued');
  assert.equal(queued.entry.asReply.toHex(), id);
  const { statuses } = event(replied.events, 'gear.MessagesDispatched');
  assert.deepEqual(statuses.toJSON(), { [replied.id]: 'Success' });
  assert.deepEqual(await api.mailbox.read(actor(dave)), []);
  await assert.rejects(
    api.message.sendReply({ replyToId: id, account: actor(dave), payload: '0x', gasLimit: 1 }),
    /mailbox/i,
  );
});

test('messages that wait are in the waitlist', async () => {
  const waiter = await upload(api, 'c/every_call');
  assert.deepEqual(await api.waitlist.read(waiter), []);
  const tx = () =>
    api.message.send({ destination: waiter, payload: everyCall([WAIT]), gasLimit: PLENTY });
  const { id, events } = await send(api, tx());
  const waited = event(events, 'gear.MessageWaited');
  assert.equal(waited.id.toHex(), id);
  assert.ok(waited.reason.asRuntime.isWaitCalled);

  const [[stored, interval]] = await api.waitlist.read(waiter);
  assert.ok(stored.kind.isHandle);
  assert.equal(stored.message.id.toHex(), id);
  assert.equal(stored.message.source.toHex(), actor(alice));
  assert.equal(interval.finish.toNumber(), waited.expiration.toNumber());
  const one = await api.waitlist.read(waiter, id);
  assert.deepEqual(one[0].toJSON(), stored.toJSON());
  assert.equal(await api.waitlist.read(waiter, ZERO), null);
  const second = await send(api, tx());
  const both = (await api.waitlist.read(waiter)).map(([{ message }]) => message.id.toHex());
  assert.deepEqual(both.sort(), [id, second.id].sort());

  const gas = await api.program.calculateGas.handle(
    actor(alice),
    waiter,
    everyCall([WAIT]),
    0,
    true,
  );
  assert.ok(gas.waited.isTrue);
});

test('a message to a user is a transfer with words', async () => {
  const eve = account('//mailbox/plain');
  const tx = api.message.send({
    destination: actor(eve),
    payload: hex('hello'),
    gasLimit: 0,
    value: 5n * TOKEN,
  });
  const report = await succeed(tx, alice);
  const sent = event(report.events, 'gear.UserMessageSent');
  assert.equal(sent.message.destination.toHex(), actor(eve));
  assert.ok(sent.expiration.isNone);
  assert.equal(await free(api, eve), 5n * TOKEN);
});
