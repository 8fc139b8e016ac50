import type { Config } from '../config/schema.ts';
import { OperatorError } from '../domain/errors.ts';
import { overlay, Tensor } from '../inference/runtime.ts';
import { createSession, type Graph, type Provider, type Session } from '../inference/session.ts';
import { loadConfigured } from '../models/configured.ts';
import { comparatorOffer, encoderOffers } from '../models/precision.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { jetson, type Machine } from './machine.ts';

type Settings = Pick<Config, 'inference' | 'detector'>;
type Feeds = Record<string, Tensor>;

/** Root mean square of the difference to that of the CPU's own outputs in fp32. fp16 leaves 0.0003, int8 0.01 (measured). */
const MOST_ERROR = 0.05;
const WORTH_SAYING = 0.02;
const RUNS = 7;

/**
 * The provider is proven by real runs of every network, and its outputs are held against those of the CPU: a session
 * that exists may still compute nonsense, or leave half of the graph to the CPU.
 */
export async function provider(machine: Machine, settings: Settings): Promise<Finding[]> {
  const findings = [runtime()];
  try {
    findings.push(...(await proven(settings)));
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [...findings, fail('run', error.message, error.remedy ?? 'Set inference.provider to cpu.')];
  }
  const board = await jetson(machine);
  const ranOn = findings.at(-1)!.found;
  if (board !== undefined && settings.inference.provider === 'auto' && ranOn.startsWith('cpu'))
    findings.push(warn('GPU', 'is not used', 'Build ONNX Runtime for it: deploy/jetson/README.md.'));
  return findings;
}

const runtime = (): Finding =>
  ok(
    'ONNX Runtime',
    overlay === undefined
      ? 'as npm installed it'
      : `of this box, ${overlay.folder} (${Object.entries(overlay.built)
          .filter(([key]) => key !== 'patch')
          .map(([key, value]) => `${key} ${value.slice(0, 12)}`)
          .join(', ')})`,
  );

async function proven({ inference, detector }: Settings): Promise<Finding[]> {
  const { micronBert: model, detector: detectorFile } = await loadConfigured({ inference, detector });
  const { input, tokens } = model.manifest;
  const onCpu = { provider: 'cpu', threads: inference.threads } as const;
  const crops = { crops: texture(2, input.widthPx) };
  const reference = await createSession(encoderOffers(model, 'fp32'), onCpu);
  const encoder = await createSession(encoderOffers(model, inference.precision), inference, crops);
  const expected = await reference.run(crops);
  const pair = pairOf(expected.tokens!, tokens);
  const { precision } = encoder.offer;
  const same = { provider: encoder.provider, threads: inference.threads };
  const faces = { name: 'the face detector', bytes: detectorFile };
  const parts: [string, Graph, Graph, Feeds][] = [
    ['encoder', encoder, reference, crops],
    [
      'comparator',
      await createSession(comparatorOffer(model, precision), same),
      await createSession(comparatorOffer(model, 'fp32'), onCpu),
      pair,
    ],
  ];
  // A detector of the operator's own has another input; it is tried by the daemon.
  if (detector.kind === 'mediapipe-full-range') {
    const picture = { input: pictureOf(128) };
    parts.push(['detector', await createSession(faces, same), await createSession(faces, onCpu), picture]);
  }
  const errors = new Map<string, number>();
  for (const [name, there, here, feeds] of parts) errors.set(name, await differenceOf(there, here, feeds));
  const took = await medianMs(encoder, { crops: texture(1, input.widthPx) });
  const findings = [
    judged(encoder.provider, errors),
    ok('speed', `${took.toFixed(1)} ms for the encoder, one face, ${inference.threads} thread(s)`),
  ];
  if (encoder.provider !== 'cpu') findings.push(await alone(encoder, inference));
  findings.push(ok('run', `${encoder.provider}, ${precision}`));
  return findings;
}

/** @param errors of each network, relative to the CPU's outputs */
export function judged(provider: Provider, errors: ReadonlyMap<string, number>): Finding {
  const what = 'outputs';
  const said = [...errors].map(([name, error]) => `${name} ${(error * 100).toFixed(2)} %`).join(', ');
  const found = `against the CPU in fp32: ${said}`;
  const worst = Math.max(...errors.values());
  const other = `Set inference.provider to cpu, or inference.precision to fp32, and report it with this line.`;
  // Not a number is the worst of all.
  if (!(worst <= MOST_ERROR)) return fail(what, `${provider} computes something else: ${found}`, other);
  return worst > WORTH_SAYING ? warn(what, found, other) : ok(what, found);
}

/** Does the provider take the whole graph? ONNX Runtime gives what it does not take to the CPU without a word. */
async function alone({ offer }: Session, { provider, threads }: Config['inference']): Promise<Finding> {
  try {
    await createSession(offer, { provider, threads, alone: true });
    return ok('whole graph', 'runs there, nothing of it on the CPU');
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return warn(
      'whole graph',
      'a part of it runs on the CPU',
      'It is slower than it could be; a newer TensorRT may take all of it.',
    );
  }
}

/** The largest relative error of any output. */
async function differenceOf(there: Graph, here: Graph, feeds: Feeds): Promise<number> {
  const [got, expected] = [await there.run(feeds), await here.run(feeds)];
  return Math.max(
    ...Object.keys(expected).map((name) =>
      relativeError(got[name]!.data as Float32Array, expected[name]!.data as Float32Array),
    ),
  );
}

export function relativeError(got: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (got[i]! - expected[i]!) ** 2;
    size += expected[i]! ** 2;
  }
  return Math.sqrt(difference / (size || 1));
}

async function medianMs(graph: Graph, feeds: Feeds): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const startedMs = performance.now();
    await graph.run(feeds);
    times.push(performance.now() - startedMs);
  }
  return times.sort((a, b) => a - b)[RUNS >> 1]!;
}

/** Something with edges and slopes, of which nobody has to be afraid. */
const shade = (x: number, y: number, phase: number): number =>
  128 + 55 * Math.sin(x / 9 + phase) * Math.cos(y / 13) + 40 * Math.sign(Math.sin((x + 2 * y) / 17 + phase));

function texture(count: number, sizePx: number): Tensor {
  const data = new Uint8Array(count * sizePx * sizePx * 3);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3) % (sizePx * sizePx);
    const phase = Math.floor(i / (sizePx * sizePx * 3)) + (i % 3) / 3;
    data[i] = shade(pixel % sizePx, Math.floor(pixel / sizePx), phase);
  }
  return new Tensor('uint8', data, [count, sizePx, sizePx, 3]);
}

function pictureOf(sizePx: number): Tensor {
  const data = Float32Array.from({ length: 3 * sizePx * sizePx }, (_, i) => {
    const pixel = i % (sizePx * sizePx);
    return shade(pixel % sizePx, Math.floor(pixel / sizePx), i / (sizePx * sizePx)) / 127.5 - 1;
  });
  return new Tensor('float32', data, [1, 3, sizePx, sizePx]);
}

function pairOf({ data }: Tensor, { count, dim }: { readonly count: number; readonly dim: number }): Feeds {
  const all = data as Float32Array;
  const one = (from: number) => new Tensor('float32', all.slice(from, from + count * dim), [1, count, dim]);
  return { onset: one(0), apex: one(count * dim) };
}
