// Metadata of each version, constants, and the runtime interfaces it describes.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import { Metadata, TypeRegistry } from '@polkadot/types';
import { hexToU8a, u8aToHex } from '@polkadot/util';

import { alice, connect, TOKEN } from './connection.mjs';

let api;
before(async () => {
  api = await connect();
});
after(() => api.disconnect());

const PALLETS = {
  System: 0,
  Timestamp: 1,
  Authorship: 2,
  Balances: 5,
  TransactionPayment: 6,
  Utility: 8,
  Proxy: 25,
  Multisig: 26,
  Aura: 40,
  Sudo: 99,
};

function indices(metadata) {
  return Object.fromEntries(
    metadata.asLatest.pallets.map(({ name, index }) => [name.toString(), index.toNumber()]),
  );
}

test('polkadot.js takes the latest version', () => {
  assert.equal(api.runtimeMetadata.version, 16);
});

test('state_getMetadata is version 14', async () => {
  const metadata = new Metadata(
    new TypeRegistry(),
    await api._rpcCore.provider.send('state_getMetadata', []),
  );
  assert.equal(metadata.version, 14);
  const past = await api._rpcCore.provider.send('state_getMetadata', [api.genesisHash.toHex()]);
  assert.equal(past, metadata.toHex());
});

for (const version of [14, 15, 16]) {
  test(`version ${version} decodes and says the same`, async () => {
    const opaque = await api.call.metadata.metadataAtVersion(version);
    const registry = new TypeRegistry();
    const metadata = new Metadata(registry, opaque.unwrap().toHex());
    registry.setMetadata(metadata);
    assert.equal(metadata.version, version);
    const found = indices(metadata);
    for (const [name, index] of Object.entries(PALLETS)) {
      assert.equal(found[name], index, name);
    }
    assert.ok(metadata.getUniqTypes(true).length > 50, 'and every type is known');
    assert.equal(metadata.toHex(), opaque.unwrap().toHex(), 'what was decoded encodes the same');
    if (version > 14) {
      const interfaces = metadata.asLatest.apis.map(({ name }) => name.toString());
      for (const name of ['Core', 'Metadata', 'BlockBuilder', 'AuraApi', 'AccountNonceApi']) {
        assert.ok(interfaces.includes(name), name);
      }
    }
  });
}

test('the versions are listed, others are none', async () => {
  const versions = await api.call.metadata.metadataVersions();
  assert.deepEqual(
    versions.map((version) => version.toNumber()),
    [14, 15, 16],
  );
  for (const version of [0, 13, 17, 0xffffffff]) {
    assert.ok((await api.call.metadata.metadataAtVersion(version)).isNone, `${version}`);
  }
});

test('the extensions are those of Vara, in its order', () => {
  const { transactionExtensions, versions } = api.runtimeMetadata.asLatest.extrinsic;
  assert.deepEqual([...versions], [4]);
  assert.deepEqual(
    transactionExtensions.map(({ identifier }) => identifier.toString()),
    [
      'StakingBlackList',
      'CheckNonZeroSender',
      'CheckSpecVersion',
      'CheckTxVersion',
      'CheckGenesis',
      'CheckMortality',
      'CheckNonce',
      'CheckWeight',
      'ChargeTransactionPayment',
      'CheckMetadataHash',
    ],
  );
});

test('constants', () => {
  const { consts } = api;
  assert.equal(consts.balances.existentialDeposit.toBigInt(), TOKEN);
  assert.equal(consts.system.ss58Prefix.toNumber(), 137);
  assert.equal(consts.system.blockHashCount.toNumber(), 2400);
  assert.equal(consts.system.version.specName.toString(), 'gear-parachain');
  assert.equal(consts.system.blockWeights.maxBlock.refTime.toBigInt(), 10n ** 12n);
  assert.equal(consts.system.blockLength.max.operational.toNumber(), 5 * 1024 * 1024);
  assert.equal(consts.timestamp.minimumPeriod.toNumber(), 1500);
  assert.equal(consts.multisig.maxSignatories.toNumber(), 100);
});

test('errors carry their documentation', () => {
  const { balances } = api.errors;
  assert.match(balances.InsufficientBalance.meta.docs.join(' '), /balance/i);
});

test('runtime calls', async () => {
  const { call } = api;
  const version = await call.core.version();
  assert.equal(version.specVersion.toNumber(), api.runtimeVersion.specVersion.toNumber());
  const nonce = await call.accountNonceApi.accountNonce(alice.address);
  assert.equal(nonce.toNumber(), (await api.rpc.system.accountNextIndex(alice.address)).toNumber());
  const authorities = await call.auraApi.authorities();
  assert.deepEqual(
    authorities.map((key) => key.toHex()),
    [u8aToHex(alice.publicKey)],
  );
  assert.equal((await call.genesisBuilder.presetNames()).length, 2);
  // the result that polkadot.js declares for this one is not what the interface has
  const preset = await api._rpcCore.provider.send('state_call', [
    'GenesisBuilder_get_preset',
    u8aToHex(api.createType('Option<Text>', 'development').toU8a()),
  ]);
  const text = api.createType('Option<Text>', hexToU8a(preset)).unwrap().toString();
  assert.equal(JSON.parse(text).sudo.key, alice.address);
});

test('runtime calls of a past block see its state', async () => {
  const past = await api.at(api.genesisHash);
  const nonce = await past.call.accountNonceApi.accountNonce(alice.address);
  assert.equal(nonce.toNumber(), 0);
});

test('a runtime call nobody has is refused, and so are bad arguments', async () => {
  const { provider } = api._rpcCore;
  await assert.rejects(provider.send('state_call', ['Core_nothing', '0x']), /Core_nothing/);
  await assert.rejects(
    provider.send('state_call', ['AccountNonceApi_account_nonce', '0x01']),
    /AccountNonceApi_account_nonce|decode|account/i,
  );
});
