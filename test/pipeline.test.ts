import t from 'tap';
import type { Stages } from '../agent/pipeline.ts';
import { watch } from '../agent/pipeline.ts';

/** The steps in their order; the frame's memory goes back after whoever looks on has seen it masked, before anything slow begins. */
const ORDER = [
  'detect',
  'track',
  'permit',
  'redact',
  'align',
  'mask',
  'show',
  'RELEASE',
  'gate',
  'encode',
  'spot',
  'recognise',
  'credit',
];

/** Steps that note that they were taken, `broken` among them. */
function noting(broken?: string, unsure = false) {
  const taken: string[] = [];
  const step =
    (name: string, result: unknown) =>
    (...given: unknown[]) => {
      taken.push(name);
      if (name === broken) throw new Error(`broken: ${name}`);
      return given.length === 0 ? undefined : result;
    };
  const answers: Record<string, unknown> = { gate: { faces: [], crops: [] }, detect: unsure ? 'unsure' : [] };
  const stages = Object.fromEntries(ORDER.map((name) => [name, step(name, answers[name] ?? [])]));
  async function* frames() {
    for (let i = 0; i < 2; i++) yield { frame: {} as never, release: () => void taken.push('RELEASE') };
  }
  const run = async () => {
    for await (const _ of watch(frames(), {
      ...stages,
      redactWhole: step('redactWhole', undefined),
    } as unknown as Stages));
  };
  return { taken, run };
}

t.test('the memory of the raw frame goes back before anything is computed from its crops', async (t) => {
  const { taken, run } = noting();
  await run();
  t.same(taken, [...ORDER, ...ORDER]);
});

t.test('whatever breaks, the raw frame goes back once, and nothing later is done', async (t) => {
  for (const broken of ORDER.filter((name) => name !== 'RELEASE')) {
    const { taken, run } = noting(broken);
    await t.rejects(run(), { message: `broken: ${broken}` });
    const before = ORDER.slice(0, ORDER.indexOf(broken) + 1);
    t.same(taken, before.includes('RELEASE') ? before : [...before, 'RELEASE'], broken);
  }
});

t.test('unsure: redacted whole, given back, and the next frame comes', async (t) => {
  const { taken, run } = noting(undefined, true);
  await run();
  const one = ['detect', 'redactWhole', 'show', 'RELEASE'];
  t.same(taken, [...one, ...one]);
});
