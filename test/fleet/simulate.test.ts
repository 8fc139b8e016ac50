import { chmodSync } from 'node:fs';
import t from 'tap';
import { simulate } from './simulate.ts';

t.test('a small plant loses its broker and nothing else', { timeout: 120_000 }, async (t) => {
  const folder = t.testdir();
  // The broker gives up root's rights before it reads its files.
  chmodSync(folder, 0o755);
  const options = { nodes: 12, zones: 2, minutes: 0.1, windowS: 1, healthS: 1, processes: 1, awayS: 0.3 };
  const { account, storm, quiet, memory } = await simulate({ ...options, tls: false }, folder, (text) =>
    t.comment(text),
  );
  t.match(account, { lostByNodes: 0, unknown: 0, waiting: 0, discarded: 0 }, 'every signal came');
  t.ok(account.handed >= 12 * 2 * 3, `${account.handed} signals`);
  t.equal(account.handed, account.heard + account.lostByBroker);
  t.ok(storm.back >= 12, 'all are back');
  t.ok(quiet.messagesPerS > 0 && memory.perNodeKb > 0 && memory.brokerKb > 0);
});
