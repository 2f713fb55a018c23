// What clients are told as it happens: events of Gear, messages to users, programs that change.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import { account, alice, fund, succeed, TOKEN } from '../polkadot_js/connection.mjs';
import {
  actor,
  blocks,
  calls,
  connect,
  event,
  hex,
  PLENTY,
  send,
  upload,
  ZERO,
} from './connection.mjs';
import { EXIT, everyCall, pointer, sending, WAIT } from './every_call.mjs';

// The newest client has these types, and methods for the two subscriptions of the node. The one
// that npm has does not, so they are called through its provider.
const TYPES = {
  UserMessageReplyJson: { to: 'H256', code: 'Bytes', codeDescription: 'String' },
  UserMessageSentJson: {
    block: 'Hash',
    index: 'u32',
    id: 'H256',
    source: 'H256',
    destination: 'H256',
    payload: 'Bytes',
    value: 'String',
    reply: 'Option<UserMessageReplyJson>',
    ack: 'Option<bool>',
  },
  ProgramStateChange: { block_hash: 'H256', program_ids: 'Vec<H256>' },
};

let api;
let counter;
let program;
before(async () => {
  api = await connect({ types: TYPES });
  counter = await upload(api, 'c/counter');
  program = await upload(api, 'c/every_call');
});
after(() => api.disconnect());

async function subscribe(name, type, argument) {
  const told = calls(name);
  const id = await api.provider.subscribe(
    `gear_subscribe${name}`,
    `gear_subscribe${name}`,
    [argument],
    (error, value) => {
      assert.equal(error, null);
      told.call(api.registry.createType(type, value));
    },
  );
  const end = () =>
    api.provider.unsubscribe(`gear_subscribe${name}`, `gear_unsubscribe${name}`, id);
  return { told, end };
}

/** Subscribe to messages; those that were told come out of `seen`, without the acknowledgement. */
async function messages(filter) {
  const { told, end } = await subscribe('UserMessageSent', 'UserMessageSentJson', filter);
  const [[first]] = await told.times(1);
  assert.ok(first.ack.unwrap().isTrue);
  assert.equal(first.id.toHex(), ZERO);
  return {
    end,
    seen: () => told.seen.slice(1).map(([item]) => item),
    times: async (count) => (await told.times(count + 1)).slice(1).map(([item]) => item),
  };
}

const increment = () =>
  api.message.send({ destination: counter, payload: hex('inc'), gasLimit: PLENTY });
const telling = (text, destination = actor(alice)) =>
  api.message.send({
    destination: program,
    payload: everyCall(sending(destination, Buffer.from(text), 1_000_000_000n)),
    gasLimit: PLENTY,
  });

const waiting = () =>
  api.message.send({ destination: program, payload: everyCall([WAIT]), gasLimit: PLENTY });

test('every event of Gear has its subscription', async () => {
  const names = [
    'MessageQueued',
    'UserMessageSent',
    'MessagesDispatched',
    'MessageWaited',
    'CodeChanged',
    'ProgramChanged',
    'UserMessageRead',
  ];
  const seen = {};
  const ends = await Promise.all(
    names.map((name) => {
      seen[name] = calls(name);
      return api.gearEvents.subscribeToGearEvent(name, seen[name].call);
    }),
  );
  await upload(api, 'c/waiter');
  await send(api, waiting());
  const reader = account('//subscriptions/reader');
  await fund(api, [reader]);
  const { events } = await send(api, telling('read me', actor(reader)));
  const mail = events.find(
    ({ event }) =>
      api.events.gear.UserMessageSent.is(event) &&
      event.data.message.destination.toHex() === actor(reader),
  );
  await succeed(api.mailbox.claimValue.submit(mail.event.data.message.id.toHex()), reader);
  for (const name of names) {
    const [[first]] = await seen[name].times(1);
    assert.equal(first.method, name);
  }
  ends.forEach((end) => end());
});

test('balances are watched', async () => {
  const watched = account('//subscriptions/balance');
  const seen = calls('balances');
  const end = await api.gearEvents.subscribeToBalanceChanges(watched.address, seen.call);
  await succeed(api.balance.transfer(watched.address, 3n * TOKEN), alice);
  const [[balance]] = await seen.times(1);
  assert.equal(balance.toBigInt(), 3n * TOKEN);
  end();
});

test('replies are told with what they reply to, before the transaction is reported', async () => {
  const { seen, end } = await messages({ source: counter });
  const { id, block, events } = await send(api, increment());
  const [item, ...others] = seen();
  assert.equal(others.length, 0);
  assert.equal(item.block.toHex(), block);
  const place = events.findIndex(({ event }) => api.events.gear.UserMessageSent.is(event));
  assert.equal(item.index.toNumber(), place);
  assert.equal(item.id.toHex(), events[place].event.data.message.id.toHex());
  assert.equal(item.source.toHex(), counter);
  assert.equal(item.destination.toHex(), actor(alice));
  assert.equal(item.payload.length, 4);
  assert.equal(item.value.toString(), '0');
  assert.ok(item.ack.isNone);
  const reply = item.reply.unwrap();
  assert.equal(reply.to.toHex(), id);
  assert.equal(reply.code.toHex(), '0x00010000');
  const words = 'Success reply sent due to manual sending';
  assert.equal(reply.codeDescription.toString(), words);
  assert.equal(await end(), true);
  await send(api, increment());
  assert.equal(seen().length, 1);
});

test('messages that match the filter only', async () => {
  const nobody = `0x${'ab'.repeat(32)}`;
  const [all, toNobody, withPattern, both] = await Promise.all([
    messages({ payload_filters: [] }),
    messages({ destination: nobody }),
    messages({ payload_filters: [{ offset: 2, pattern: hex('tern') }] }),
    messages({ source: counter, destination: nobody }),
  ]);
  await send(api, telling('pattern'));
  await send(api, telling('pat-tern', nobody));
  await send(api, increment());
  const texts = (items) => items.map(({ payload }) => Buffer.from(payload).toString());
  assert.deepEqual(texts(toNobody.seen()), ['pat-tern']);
  assert.deepEqual(texts(withPattern.seen()), []);
  assert.deepEqual(texts(both.seen()), []);
  assert.ok(all.seen().length >= 5, 'the messages and the replies');
  await Promise.all([all, toNobody, withPattern, both].map(({ end }) => end()));

  const tern = await messages({ payload_filters: [{ offset: 3, pattern: hex('tern') }] });
  await send(api, telling('pattern'));
  assert.deepEqual(texts(tern.seen()), ['pattern']);
  await tern.end();
});

test('messages of the past', async () => {
  const { block } = await send(api, telling('long ago'));
  const number = (await api.blocks.getBlockNumber(block)).toNumber();
  await blocks(api, 2);
  const { times, end } = await messages({ source: program, from_block: number });
  await send(api, telling('now'));
  const texts = (await times(4)).map(({ payload }) => Buffer.from(payload).toString());
  assert.deepEqual(texts.filter(Boolean), ['long ago', 'now']);
  await end();
});

test('messages of final blocks', async () => {
  const { seen, times, end } = await messages({ source: counter, finalized_only: true });
  const { block } = await send(api, increment());
  assert.equal(seen().length, 0, 'finality comes later');
  const [item] = await times(1);
  assert.equal(item.block.toHex(), block);
  const final = (await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead())).number;
  const { number } = await api.rpc.chain.getHeader(block);
  assert.ok(final.toNumber() >= number.toNumber());
  await end();
});

test('filters that cannot be', async () => {
  const pattern = `0x${'00'.repeat(257)}`;
  await assert.rejects(
    subscribe('UserMessageSent', 'UserMessageSentJson', {
      payload_filters: [{ offset: 0, pattern }],
    }),
    /-32602: payload_filters\[0\] longer than 256 bytes/,
  );
});

test('programs that change', async () => {
  const name = ['ProgramStateChanges', 'ProgramStateChange'];
  const ending = await upload(api, 'c/every_call');
  const all = await subscribe(...name, null);
  const one = await subscribe(...name, [ending]);
  for (const { told } of [all, one]) {
    const [[first]] = await told.times(1);
    assert.equal(first.block_hash.toHex(), ZERO);
    assert.equal(first.program_ids.length, 0);
  }
  const codeId = await api.program.codeId(counter);
  const { programId, extrinsic } = api.program.create({ codeId, gasLimit: PLENTY });
  const { block } = await send(api, extrinsic);
  const [, [change]] = await all.told.times(2);
  assert.equal(change.block_hash.toHex(), block);
  assert.deepEqual(change.program_ids.map(String), [programId]);
  assert.equal(all.told.seen.length, 2, 'once for a block');
  assert.equal(one.told.seen.length, 1);

  // What a program keeps in its memory is not told: it is no part of this entry in storage.
  await send(api, increment());
  assert.equal(all.told.seen.length, 2);
  const exit = everyCall([EXIT, pointer(Buffer.from(counter.slice(2), 'hex'))]);
  const ended = await send(
    api,
    api.message.send({ destination: ending, payload: exit, gasLimit: PLENTY }),
  );
  const [, [last]] = await one.told.times(2);
  assert.equal(last.block_hash.toHex(), ended.block);
  assert.deepEqual(last.program_ids.map(String), [ending]);
  await Promise.all([all.end(), one.end()]);
});
