// Transactions of PAPI: signed, broadcast, watched to finality, refused.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import { InvalidTxError } from 'polkadot-api';
import { withMetadataHash } from 'polkadot-api/signer';
import { filter, lastValueFrom, tap, timeout } from 'rxjs';

import {
  account,
  alice,
  bob,
  connect,
  eventNames,
  free,
  PATIENCE_MS,
  succeed,
  TOKEN,
  transfer,
  value,
} from './connection.mjs';

let client;
let api;
const sender = account('//Papi/sender');
const receiver = account('//Papi/receiver');

before(async () => {
  ({ client, api } = connect());
  await succeed(
    api.tx.Utility.batch_all({
      calls: [
        transfer(api, sender, 1000n * TOKEN).decodedCall,
        transfer(api, receiver, 1000n * TOKEN).decodedCall,
      ],
    }),
    alice,
  );
});
after(() => client.destroy());

test('a transfer is signed, broadcast, in the best block, final', async () => {
  const seen = [];
  const last = await lastValueFrom(
    transfer(api, receiver)
      .signSubmitAndWatch(sender.signer)
      .pipe(
        tap((event) =>
          seen.push(event.type + (event.found === undefined ? '' : `:${event.found}`)),
        ),
        timeout(PATIENCE_MS),
      ),
  );
  assert.equal(last.type, 'finalized');
  assert.equal(last.ok, true);
  assert.deepEqual(
    seen.filter((each) => each !== 'txBestBlocksState:false'),
    ['signed', 'broadcasted', 'txBestBlocksState:true', 'finalized'],
  );
  const body = await client.getBlockBody(last.block.hash);
  assert.ok(body.length > last.block.index);
});

test('the events of a transaction', async () => {
  const result = await succeed(transfer(api, receiver, 2n * TOKEN), sender);
  assert.deepEqual(eventNames(result), [
    'Balances.Withdraw',
    'Balances.Transfer',
    'Balances.Deposit',
    'TransactionPayment.TransactionFeePaid',
    'System.ExtrinsicSuccess',
  ]);
  const [transferred] = api.event.Balances.Transfer.filter(result.events);
  assert.deepEqual(transferred.payload ?? transferred, {
    from: sender.address,
    to: receiver.address,
    amount: 2n * TOKEN,
  });
});

test('the fee is what was estimated', async () => {
  const before = await free(api, sender);
  const tx = transfer(api, receiver);
  const estimate = await tx.getEstimatedFees(sender.publicKey);
  const info = await tx.getPaymentInfo(sender.address);
  assert.equal(info.partial_fee, estimate);
  assert.equal(info.class.type, 'Normal');
  const result = await succeed(tx, sender);
  assert.equal(before - (await free(api, sender, result.block.hash)), TOKEN + estimate);
});

test('options: tip, nonce, mortality', async () => {
  const nonce = await api.apis.AccountNonceApi.account_nonce(sender.address, { at: 'best' });
  const result = await succeed(transfer(api, receiver), sender, {
    tip: TOKEN / 10n,
    nonce,
    mortality: { mortal: false },
  });
  const paid = result.events.find(({ event }) => event.type === 'TransactionPayment');
  assert.equal(paid.event.value.value.tip, TOKEN / 10n);
  await succeed(transfer(api, receiver), sender, { mortality: { mortal: true, period: 8 } });
});

test('a failed dispatch names its error', async () => {
  const tx = api.tx.Proxy.remove_proxy({
    delegate: { type: 'Id', value: bob.address },
    proxy_type: { type: 'Any', value: undefined },
    delay: 0,
  });
  const failed = await tx.signAndSubmit(sender.signer);
  assert.equal(failed.ok, false);
  assert.deepEqual(failed.dispatchError, {
    type: 'Module',
    value: { type: 'Proxy', value: { type: 'NotFound', value: undefined } },
  });
  const broke = await transfer(api, receiver, 15n * 10n ** 20n).signAndSubmit(sender.signer);
  assert.deepEqual(broke.dispatchError, {
    type: 'Token',
    value: { type: 'FundsUnavailable', value: undefined },
  });
});

test('an invalid transaction is refused with the reason', async () => {
  const poor = account('//Papi/poor');
  await assert.rejects(transfer(api, receiver).signAndSubmit(poor.signer), (error) => {
    assert.ok(error instanceof InvalidTxError, error);
    assert.deepEqual(error.error, {
      type: 'Invalid',
      value: { type: 'Payment', value: undefined },
    });
    return true;
  });
  await assert.rejects(
    transfer(api, receiver).signAndSubmit(sender.signer, { nonce: 0 }),
    (error) => {
      assert.equal(error.error.value.type, 'Stale');
      return true;
    },
  );
  await assert.rejects(client.submit(new Uint8Array([4, 4, 4])));
});

test('a signed transaction is submitted by another client', async () => {
  const signed = await transfer(api, receiver).sign(sender.signer);
  const other = connect({ raw: true });
  await other.client.getFinalizedBlock();
  const result = await other.client.submit(signed);
  assert.equal(result.ok, true);
  other.client.destroy();
});

test('a wallet that checks the metadata', async () => {
  const signer = withMetadataHash({ decimals: 12, tokenSymbol: 'TVARA' }, sender.signer);
  await succeed(transfer(api, receiver), { signer });
  const liar = withMetadataHash({ decimals: 11, tokenSymbol: 'TVARA' }, sender.signer);
  await assert.rejects(transfer(api, receiver).signAndSubmit(liar), (error) => {
    assert.equal(error.error.value.type, 'BadProof');
    return true;
  });
});

test('calls are encoded and decoded', async () => {
  const tx = transfer(api, receiver, 3n * TOKEN);
  const encoded = await tx.getEncodedData();
  const again = await api.txFromCallData(encoded);
  assert.deepEqual(again.decodedCall, tx.decodedCall);
  const statics = await api.getStaticApis();
  const { dest, value: amount } = tx.decodedCall.value.value;
  const offline = statics.tx.Balances.transfer_keep_alive.getEncodedData({ dest, value: amount });
  assert.deepEqual(offline, encoded);
});

test('root, by sudo', async () => {
  const who = account('//Papi/endowed');
  const inner = api.tx.Balances.force_set_balance({
    who: { type: 'Id', value: who.address },
    new_free: 42n * TOKEN,
  });
  const result = await succeed(api.tx.Sudo.sudo({ call: inner.decodedCall }), alice);
  assert.equal(await free(api, who, result.block.hash), 42n * TOKEN);
});

test('a change is seen by who watches', async () => {
  const seen = [];
  const subscription = api.query.System.Account.watchValue(receiver.address, {
    at: 'best',
  }).subscribe(({ value: info }) => seen.push(info.data.free));
  const transfers = value(
    api.event.Balances.Transfer.watch().pipe(filter(({ events }) => events.length > 0)),
  );
  await succeed(transfer(api, receiver, 5n * TOKEN), sender);
  subscription.unsubscribe();
  assert.equal(seen.at(-1) - seen[0], 5n * TOKEN);
  const { events } = await transfers;
  assert.equal(events[0].payload.to, receiver.address);
});
