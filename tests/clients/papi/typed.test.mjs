// Descriptors that PAPI's command line generates from the node, and the typed API they give.

import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { alice, bob, connect, ENDPOINT, succeed, TOKEN, transfer } from './connection.mjs';

const PACKAGES = fileURLToPath(new URL('../node_modules', import.meta.url));

let folder;
let client;
let typed;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gear-papi-'));
  await symlink(PACKAGES, join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  await mkdir(join(folder, '.papi'));
  const configuration = {
    version: 0,
    descriptorPath: '.papi/descriptors',
    // otherwise the descriptors are installed as a package
    options: { noDescriptorsPackage: true },
    entries: {},
  };
  await writeFile(join(folder, '.papi/polkadot-api.json'), JSON.stringify(configuration));
  // Node.js 20 has no WebSocket without the flag
  await promisify(execFile)(
    process.execPath,
    ['--experimental-websocket', join(PACKAGES, '.bin/papi'), 'add', 'gear', '-w', ENDPOINT],
    { cwd: folder },
  );
  const { gear } = await import(join(folder, '.papi/descriptors/dist/index.js'));
  ({ client } = connect());
  typed = client.getTypedApi(gear);
});
after(async () => {
  client?.destroy();
  await rm(folder, { recursive: true });
});

test('the descriptors fit the chain they are of', async () => {
  const { compat } = await typed.getStaticApis();
  assert.ok(compat.tx.Balances.transfer_keep_alive.isCompatible());
  assert.ok(compat.query.System.Account.isCompatible());
  assert.ok(compat.apis.AccountNonceApi.account_nonce.isCompatible());
  assert.ok(compat.constants.Balances.ExistentialDeposit.isCompatible());
  assert.ok(compat.event.Balances.Transfer.isCompatible());
});

test('reading', async () => {
  assert.equal(await typed.constants.Balances.ExistentialDeposit(), TOKEN);
  assert.ok((await typed.query.System.Account.getValue(alice.address)).data.free > TOKEN);
  assert.equal((await typed.apis.Core.version()).spec_name, 'gear-parachain');
});

test('sending', async () => {
  const result = await succeed(transfer(typed, bob), alice);
  const [event] = typed.event.Balances.Transfer.filter(result.events);
  assert.equal(event.payload.amount, TOKEN);
});
