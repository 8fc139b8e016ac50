import t from 'tap';
import { agentScript } from '../support/memory.ts';

/** What a library compiles and remembers meanwhile; a client, a socket or a message that is held is several times as much. */
const MOST_BYTES = 1_000;

for (const how of ['lost', 'renewed'])
  t.test(`a connection that was ${how} leaves nothing behind`, async (t) => {
    const { bytesEach } = await agentScript('publish/reconnects.js', how);
    t.ok(bytesEach < MOST_BYTES, `${Math.round(bytesEach)} bytes for each connection`);
  });

t.test('and this would show if it did', async (t) => {
  const { bytesEach } = await agentScript('publish/reconnects.js', 'lost', 'leak');
  t.ok(bytesEach > 3 * MOST_BYTES, `${Math.round(bytesEach)} bytes for each connection`);
});
