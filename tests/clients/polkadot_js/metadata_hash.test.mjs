// CheckMetadataHash (RFC 78): a wallet commits to the metadata it showed its user.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';

import { merkleizeMetadata } from '@polkadot-api/merkleize-metadata';
import { u8aToHex } from '@polkadot/util';

import { account, bob, connect, fund, succeed, TOKEN } from './connection.mjs';

let api;
let metadataHash;
const sender = account('//MetadataHash/sender');
before(async () => {
  api = await connect();
  await fund(api, [sender]);
  const metadata = (await api.call.metadata.metadataAtVersion(15)).unwrap();
  const merkleized = merkleizeMetadata(metadata.toHex(), {
    base58Prefix: api.registry.chainSS58,
    decimals: api.registry.chainDecimals[0],
    specName: api.runtimeVersion.specName.toString(),
    specVersion: api.runtimeVersion.specVersion.toNumber(),
    tokenSymbol: api.registry.chainTokens[0],
  });
  metadataHash = u8aToHex(merkleized.digest());
});
after(() => api.disconnect());

const transfer = () => api.tx.balances.transferKeepAlive(bob.address, TOKEN);

test('the digest of a wallet is accepted', async () => {
  const report = await succeed(transfer(), sender, { mode: 1, metadataHash, until: 'Finalized' });
  const { block } = await api.rpc.chain.getBlock(report.status.asFinalized);
  assert.ok(block.extrinsics[report.txIndex].isSigned);
});

test('another digest is a bad signature', async () => {
  const other = `0x${'42'.repeat(32)}`;
  await assert.rejects(
    transfer().signAndSend(sender, { nonce: -1, mode: 1, metadataHash: other }),
    /1010: Invalid Transaction: Transaction has a bad signature/,
  );
});

test('a digest that is claimed but not signed is a bad signature', async () => {
  const signed = await transfer().signAsync(sender, { nonce: -1, mode: 0, metadataHash });
  await assert.rejects(signed.send(), /1010: Invalid Transaction: Transaction has a bad signature/);
});
