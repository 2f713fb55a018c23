// What a client learns of the chain: identity, blocks, node facts.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import { u8aToHex } from '@polkadot/util';

import { account, alice, collect, connect, refused } from './connection.mjs';

let api;
before(async () => {
  api = await connect();
});
after(() => api.disconnect());

test('the chain is the development chain of a Gear node', async () => {
  assert.equal((await api.rpc.system.chain()).toString(), 'Development');
  assert.equal((await api.rpc.system.name()).toString(), 'Gear Node');
  assert.match((await api.rpc.system.version()).toString(), /^\d+\.\d+\.\d+-\w+$/);
  assert.ok((await api.rpc.system.chainType()).isDevelopment);
  assert.equal(api.runtimeVersion.specName.toString(), 'gear-parachain');
  assert.ok(api.runtimeVersion.specVersion.toNumber() >= 20_000);
});

test('addresses and amounts are those of the chain', async () => {
  const properties = await api.rpc.system.properties();
  assert.equal(properties.ss58Format.unwrap().toNumber(), 137);
  assert.equal(api.registry.chainSS58, 137);
  assert.deepEqual(api.registry.chainDecimals, [12]);
  assert.deepEqual(api.registry.chainTokens, ['TVARA']);
});

test('the node tells about itself', async () => {
  const health = await api.rpc.system.health();
  assert.equal(health.isSyncing.isTrue, false);
  assert.equal(health.shouldHavePeers.isTrue, false);
  assert.deepEqual((await api.rpc.system.peers()).toJSON(), []);
  assert.ok((await api.rpc.system.nodeRoles())[0].isAuthority);
  assert.match((await api.rpc.system.localPeerId()).toString(), /^12D3KooW\w{44}$/);
  assert.ok(Array.isArray((await api.rpc.system.localListenAddresses()).toJSON()));
  assert.ok(Array.isArray((await api.rpc.system.reservedPeers()).toJSON()));
  assert.ok((await api.rpc.system.syncState()).currentBlock.toNumber() >= 0);
});

test('every method that polkadot.js knows of these groups is there', async () => {
  const { methods } = await api.rpc.rpc.methods();
  const offered = new Set(methods.map(String));
  const sections = ['author', 'chain', 'childstate', 'offchain', 'payment', 'state', 'system'];
  // nodes of today have these no more, or only where the chain has that pallet
  const gone = new Set([
    'state_getChildKeys',
    'state_getChildReadProof',
    'state_getChildStorage',
    'state_getChildStorageHash',
    'state_getChildStorageSize',
    'system_networkState',
  ]);
  const { default: known } = await import('@polkadot/types/interfaces/jsonrpc');
  for (const section of sections) {
    for (const [name, { endpoint, pubsub }] of Object.entries(known[section])) {
      const method = pubsub ? `${section}_${pubsub[1]}` : (endpoint ?? `${section}_${name}`);
      assert.ok(offered.has(method) || gone.has(method), `${method} is missing`);
    }
  }
  for (const wire of ['chain_subscribeNewHead', 'chain_unsubscribeNewHead', 'rpc_methods']) {
    assert.ok(offered.has(wire), `${wire} is missing`);
  }
  assert.deepEqual([...offered], [...offered].toSorted(), 'sorted');
});

test('block 0 is the genesis block', async () => {
  const hash = await api.rpc.chain.getBlockHash(0);
  assert.equal(hash.toHex(), api.genesisHash.toHex());
  const { block, justifications } = await api.rpc.chain.getBlock(hash);
  assert.equal(block.header.number.toNumber(), 0);
  assert.equal(block.header.parentHash.toHex(), `0x${'00'.repeat(32)}`);
  assert.equal(block.extrinsics.length, 0);
  assert.ok(justifications.isNone);
});

test('a block decodes: header, digest, extrinsics', async () => {
  const [, header] = await collect(api.rpc.chain.subscribeNewHeads, 2, 'heads');
  const { block } = await api.rpc.chain.getBlock(header.hash);
  assert.equal(block.header.hash.toHex(), header.hash.toHex());
  assert.equal(block.hash.toHex(), header.hash.toHex());
  const logs = block.header.digest.logs;
  assert.ok(logs[0].isPreRuntime);
  assert.equal(logs[0].asPreRuntime[0].toUtf8(), 'aura');
  assert.ok(logs.at(-1).isSeal);
  assert.equal(logs.at(-1).asSeal[1].length, 64);
  assert.equal(block.extrinsics[0].method.section, 'timestamp');
  assert.equal(block.extrinsics[0].isSigned, false);

  const slot = api.createType('u64', logs[0].asPreRuntime[1].toU8a(true)).toNumber();
  const slotDuration = (await api.call.auraApi.slotDuration()).toNumber();
  const now = block.extrinsics[0].method.args[0].toNumber();
  assert.equal(Math.floor(now / slotDuration), slot);
  const parent = await api.rpc.chain.getHeader(block.header.parentHash);
  assert.equal(parent.number.toNumber() + 1, block.header.number.toNumber());
  const byNumber = await api.rpc.chain.getBlockHash(block.header.number.unwrap());
  assert.equal(byNumber.toHex(), header.hash.toHex());
});

test('unknown blocks are null, not errors', async () => {
  const provider = api._rpcCore.provider;
  const nowhere = `0x${'42'.repeat(32)}`;
  assert.equal(await provider.send('chain_getBlockHash', [0xffffffff]), null);
  assert.equal(await provider.send('chain_getHeader', [nowhere]), null);
  assert.equal(await provider.send('chain_getBlock', [nowhere]), null);
});

test('several block hashes in one request', async () => {
  const hashes = await api._rpcCore.provider.send('chain_getBlockHash', [[0, 1, '0x0']]);
  assert.equal(hashes.length, 3);
  assert.equal(hashes[0], api.genesisHash.toHex());
  assert.equal(hashes[2], hashes[0]);
  assert.notEqual(hashes[1], hashes[0]);
});

test('derived queries of polkadot.js apps', async () => {
  const best = await api.derive.chain.bestNumber();
  const finalized = await api.derive.chain.bestNumberFinalized();
  assert.ok(finalized.toNumber() <= best.toNumber());
  const block = await api.derive.chain.getBlockByNumber(1);
  assert.equal(block.block.header.number.toNumber(), 1);
  const balances = await api.derive.balances.all(
    '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
  );
  assert.ok(balances.freeBalance.gtn(0));
});

test('keys of the node', async () => {
  const aura = account('//Chain/aura');
  const publicKey = u8aToHex(aura.publicKey);
  assert.ok((await api.rpc.author.hasKey(publicKey, 'aura')).isFalse);
  await api.rpc.author.insertKey('aura', '//Chain/aura', publicKey);
  assert.ok((await api.rpc.author.hasKey(publicKey, 'aura')).isTrue);
  assert.ok((await api.rpc.author.hasKey(u8aToHex(alice.publicKey), 'aura')).isTrue);
  const rotated = await api.rpc.author.rotateKeys();
  assert.equal(rotated.length, 32);
  assert.ok((await api.rpc.author.hasSessionKeys(rotated)).isTrue);
  const wrong = await refused(api._rpcCore.provider, 'author_insertKey', [
    'aura',
    '//Chain/aura',
    u8aToHex(alice.publicKey),
  ]);
  assert.ok(wrong.message.length > 0);
});

test('levels of the log', async () => {
  await api.rpc.system.addLogFilter('rpc=debug');
  await api.rpc.system.resetLogFilter();
});
