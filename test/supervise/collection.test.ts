import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { Collection } from '../../agent/supervise/collection.ts';

const MINUTE = 60_000;

t.test('every five minutes, however often it is asked', async (t) => {
  let [upMs, times] = [7, 0];
  const collection = new Collection(
    () => upMs,
    () => times++,
  );
  for (let i = 0; i < 60; i++) {
    upMs += MINUTE;
    collection.look();
    collection.look();
  }
  t.equal(times, 12);
});

t.test('what was dead is gone, in a process that was started without any flag', async (t) => {
  let upMs = 0;
  const collection = new Collection(() => upMs);
  let held: object | undefined = { payload: 'x'.repeat(1_000) };
  const seen = new WeakRef(held);
  upMs = 6 * MINUTE;
  collection.look();
  // What a WeakRef has shown stays until the end of the turn.
  await turn();
  t.equal(seen.deref(), held, 'what is held is not');
  held = undefined;
  await turn();
  upMs = 12 * MINUTE;
  collection.look();
  await turn();
  t.equal(seen.deref(), undefined);
  t.equal((globalThis as { gc?: unknown }).gc, undefined, 'nobody else can ask for it');
});
