import t from 'tap';
import { readCommand } from '../../agent/publish/command.ts';

const read = (text: string, retained = false) => readCommand(Buffer.from(text), retained);

t.test('three commands, and nothing else', async (t) => {
  t.same(read('{"command":"pause"}'), { command: 'pause' });
  t.same(read('{"schema":"micron-edge/command/1","command":"resume","id":"4711-a"}'), {
    schema: 'micron-edge/command/1',
    command: 'resume',
    id: '4711-a',
  });
  for (const text of [
    '',
    'pause',
    'null',
    '[]',
    '{}',
    '{"command":"stop"}',
    '{"command":"pause","for":"1h"}',
    '{"command":"pause","id":""}',
    '{"command":"pause","id":"a b"}',
    '{"command":["pause"]}',
    '{"schema":"micron-edge/command/2","command":"pause"}',
    `{"command":"pause"}${' '.repeat(512)}`,
    '{"command":"pause"',
  ])
    t.equal(read(text), 'malformed', text.slice(0, 60));
  t.equal(readCommand(Uint8Array.of(0xff, 0xfe), false), 'malformed');
});

t.test('a retained one is refused, whatever it says', async (t) => {
  t.equal(read('{"command":"pause"}', true), 'retained');
  t.equal(read('hello', true), 'retained');
});
