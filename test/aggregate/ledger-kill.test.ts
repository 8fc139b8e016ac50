import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { seeded } from '../support/random.ts';
import { type Now, type Plan, RULES, type Said } from './ledger-child.ts';
import { LedgerModel } from './ledger-model.ts';

const KILLS = Number(process.env.LEDGER_KILLS ?? 30);
const SEED = Number(process.env.LEDGER_SEED ?? Math.floor(Math.random() * 1e9));
const CHILD = fileURLToPath(new URL('ledger-child.js', import.meta.url));

/** Runs a child to its end, which may be a kill; returns by what signal it went. `until`: when it may begin. */
function run(
  plan: Plan,
  onSaid: (said: Said) => void,
  until?: () => Promise<void>,
): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify({ ...plan, waits: until !== undefined })], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  return new Promise((resolve, reject) => {
    const hear = (said: Said) => {
      if (said.type === 'opened') void until?.().then(() => child.stdin.end(), reject);
      onSaid(said);
    };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop()!;
      try {
        for (const line of lines) hear(JSON.parse(line) as Said);
      } catch (error) {
        child.kill('SIGKILL');
        reject(error as Error);
      }
    });
    child.once('error', reject);
    child.once('close', (code, signal) =>
      code === 0 || signal === 'SIGKILL' ? resolve(signal) : reject(new Error(`a child ended with ${code}`)),
    );
  });
}

t.test(`${KILLS} processes one after the other, seed ${SEED}`, async (t) => {
  const random = seeded(SEED);
  const folder = t.testdir();
  const model = new LedgerModel();
  let now: Now = { trueMs: 0, wallMs: Date.parse('2026-11-24T06:00:00Z'), upMs: 1_000, rules: RULES[0]! };
  let killed = 0;
  const hear = (said: Said) => {
    if (said.type === 'drew') model.drew(said.payload, said);
    else if (said.type === 'published') model.published(said.payload);
    else if (said.type === 'spent') model.agrees(said.zone, said.trueMs, said.epsilon, true);
    else if (said.type === 'now') now = said.now;
  };
  for (let i = 0; i < KILLS; i++) {
    const dieAt = random() < 0.9 ? 1 + Math.floor(random() * 40) : 0;
    const plan = { folder, seed: Math.floor(random() * 1e9), dieAt, steps: 20, waits: false, now };
    // Now and then two are started at once: by accident, by a hasty operator.
    const heardOfSecond: string[] = [];
    const second = async () =>
      void (await run({ ...plan, dieAt: 0 }, ({ type }) => void heardOfSecond.push(type)));
    const twice = i % 5 === 4;
    try {
      const signal = await run(plan, hear, twice ? second : undefined);
      if (signal === 'SIGKILL') killed++;
      if (heardOfSecond.length > 0) t.same(heardOfSecond, ['locked'], 'the second of two is sent away');
    } catch (error) {
      t.fail(`LEDGER_SEED=${SEED}, process ${i}: ${(error as Error).stack}`);
      return;
    }
  }
  t.ok(killed > KILLS / 3, `${killed} were killed, ${model.publishedCount} messages went out`);
  t.ok(statSync(join(folder, 'releases.jsonl')).size < 100_000, 'the ledger stays small');
});
