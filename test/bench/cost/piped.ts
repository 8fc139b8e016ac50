import { fileURLToPath } from 'node:url';
import { frames } from '../../../agent/decode/source.ts';
import { watch } from '../../../agent/pipeline.ts';
import { pipelineOf } from './driven.ts';
import { ANALYSIS } from './subject.ts';

/** When a picture came out of the decoder and when all that it says of slots was known. CLOCK_MONOTONIC, milliseconds. */
export interface Passage {
  readonly ptsMs: number;
  readonly arrivedMs: number;
  readonly doneMs: number;
}

/** The same clock in every process of the machine. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** The pipeline of one camera, as a camera process has it, with the times at which pictures pass. */
async function pass(url: string, seconds: number): Promise<Passage[]> {
  const toMonotonic = monotonicMs() - performance.now();
  const { stages } = await pipelineOf(ANALYSIS);
  const ended = new AbortController();
  const passages: Passage[] = [];
  let now: { ptsMs: number; arrivedMs: number } | undefined;
  const source = frames(
    {
      ...{ url, transport: 'tcp', decoder: 'software', ...ANALYSIS, stallMs: 10_000, realTime: true },
      reconnect: { firstMs: 100, mostMs: 500 },
    },
    { onState() {}, onDrop() {} },
    ended.signal,
  );
  async function* noted() {
    let startedMs: number | undefined;
    for await (const delivery of source) {
      startedMs ??= performance.now();
      if (performance.now() - startedMs > seconds * 1_000) ended.abort();
      now = { ptsMs: delivery.frame.ptsMs, arrivedMs: delivery.frame.arrivedMs + toMonotonic };
      yield delivery;
    }
  }
  for await (const _ of watch(noted(), stages)) passages.push({ ...now!, doneMs: monotonicMs() });
  return passages;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.stdout.write(JSON.stringify(await pass(process.argv[2]!, Number(process.argv[3]))));
