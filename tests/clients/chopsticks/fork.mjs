// A fork of the chain under test, made by Chopsticks and served to clients.

import { calculateStateRoot, setupWithServer } from '@acala-network/chopsticks';
import { WsProvider } from '@polkadot/api';

import { ENDPOINT } from '../polkadot_js/connection.mjs';

/** The largest page that Chopsticks allows. */
const PAGE = 1000;
const STATE_VERSION = 1;

/** Fork the chain at a block; `fork.send` is a request to the server, `fork.close` ends all. */
export async function forkAt(block) {
  const server = await setupWithServer({
    endpoint: ENDPOINT,
    block,
    host: '127.0.0.1',
    port: 0,
    'build-block-mode': 'Manual',
    'runtime-log-level': 2,
  });
  const endpoint = `ws://${server.addr}`;
  const provider = new WsProvider(endpoint, false);
  await provider.connect();
  return {
    endpoint,
    send: (method, ...params) => provider.send(method, params),
    async close() {
      await provider.disconnect();
      await server.close();
    },
  };
}

/** The root of a block's state on the fork, of all its keys and values. */
export async function stateRoot(fork, block) {
  const entries = [];
  for (let last = '0x'; ; last = entries.at(-1)[0]) {
    const keys = await fork.send('state_getKeysPaged', '0x', PAGE, last, block);
    const values = await Promise.all(
      keys.map((key) => fork.send('state_getStorage', key, block)),
    );
    entries.push(...keys.map((key, index) => [key, values[index]]));
    if (keys.length < PAGE) {
      return calculateStateRoot(entries, STATE_VERSION);
    }
  }
}
