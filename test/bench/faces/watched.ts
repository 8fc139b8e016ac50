import { createAligner } from '../../../agent/align/aligner.ts';
import type { Config } from '../../../agent/config/schema.ts';
import { createCutDetector } from '../../../agent/detect/cut.ts';
import { View } from '../../../agent/detect/view.ts';
import { asFaceCrop, type FaceCrop, type RawFrame } from '../../../agent/domain/frame.ts';
import { LABELS, type Label } from '../../../agent/domain/signal.ts';
import type { Moment, Pair } from '../../../agent/domain/tokens.ts';
import { createEncoder } from '../../../agent/encode/encoder.ts';
import { createRecorder, type Recording } from '../../../agent/evaluate/recording.ts';
import { createSession, type Graph } from '../../../agent/inference/session.ts';
import { loadConfigured } from '../../../agent/models/configured.ts';
import type { MicronBertManifest } from '../../../agent/models/manifest.ts';
import { comparatorOffer, encoderOffers } from '../../../agent/models/precision.ts';
import { createPermit } from '../../../agent/permit/permit.ts';
import { createQualityGate } from '../../../agent/quality/gate.ts';
import { createComparator } from '../../../agent/recognise/comparator.ts';
import { createRecogniser } from '../../../agent/recognise/recognise.ts';
import { UsualRegions } from '../../../agent/recognise/usual.ts';
import { createRedactor } from '../../../agent/redact/redact.ts';
import { createSpotter } from '../../../agent/spot/spotter.ts';
import { createTracker } from '../../../agent/track/tracker.ts';
import { type Assembly, landmarkAligner } from './mechanisms.ts';
import { detectorOf, openFaceNetwork } from './open.ts';

/** The networks, opened once for all films. */
export interface Networks {
  readonly manifest: MicronBertManifest;
  readonly faces: Graph;
  readonly encoder: Graph;
  readonly comparator: Graph;
}

export async function openNetworks(config: Config): Promise<Networks> {
  const { micronBert } = await loadConfigured(config);
  const options = { provider: 'cpu', threads: 1 } as const;
  const encoder = await createSession(encoderOffers(micronBert, 'fp32'), options);
  return {
    manifest: micronBert.manifest,
    faces: await openFaceNetwork(),
    encoder,
    comparator: await createSession(comparatorOffer(micronBert, 'fp32'), options),
  };
}

/** The whole picture is one zone. */
export const EVERYWHERE = {
  zones: [
    {
      id: 'all',
      polygon: [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
    },
  ],
  optOut: [],
} as const;

/** What is between the crops and the slots, and differs between assemblies. */
function watcherOf({ manifest, comparator }: Networks, assembly: Assembly) {
  const { tokens, input, landmarkTemplate, spot } = manifest;
  const sizePx = input.widthPx;
  const plain = createComparator(comparator, { tokenCount: tokens.count, dim: tokens.dim });
  const usual = new UsualRegions(landmarkTemplate, sizePx);
  const compare = async (pairs: readonly Pair[]) => {
    const comparisons = await plain(pairs);
    usual.see(pairs, comparisons);
    return comparisons;
  };
  const sure = async (pairs: readonly Pair[]) =>
    (await plain(pairs)).map((comparison) => {
      const { logits } = comparison;
      const none = LABELS.indexOf('none' satisfies Label);
      return { ...comparison, logits: logits.map((v, i) => (i === none ? Number.NEGATIVE_INFINITY : v)) };
    });
  const recorder = createRecorder();
  const { noiseOf, comesBack } = assembly;
  const spotter = createSpotter(
    compare,
    spot,
    { onScore: recorder.onScore },
    { noiseOf: () => noiseOf(spot), comesBack },
  );
  const recognise = createRecogniser(assembly.mayBeNone ? plain : sure, usual, landmarkTemplate, sizePx);
  return { assembly, recorder, spotter, recognise, usual };
}

type Watcher = ReturnType<typeof watcherOf>;

/** One gate for all that have the same limits, with what stands behind it. */
function gatesOf(watchers: readonly Watcher[], quality: Config['quality'], sizePx: number) {
  const kinds = new Set(watchers.map(({ assembly }) => assembly.limits));
  return [...kinds].map((limits) => ({
    gate: limits && createQualityGate(limits(quality), sizePx),
    behind: watchers.filter(({ assembly }) => assembly.limits === limits),
  }));
}

/** The encoder overwrites what it is given, a gate what it refuses. */
const copyOfCrop = (crop: FaceCrop): FaceCrop => asFaceCrop({ ...crop, rgb: crop.rgb.slice() });

/**
 * One film through the pipeline, put together in several ways at once: they share the decoder, detection, tracking and
 * redaction, and the encoder where they share crops.
 *
 * @param pictures each is overwritten here
 */
export async function watchFilm(
  pictures: AsyncIterable<RawFrame>,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  assemblies: readonly Assembly[],
  networks: Networks,
  quality: Config['quality'],
): Promise<ReadonlyMap<Assembly, Recording>> {
  const { tokens, input, landmarkTemplate } = networks.manifest;
  const sizePx = input.widthPx;
  const detect = detectorOf(networks.faces, { widthPx, heightPx });
  const encode = createEncoder(networks.encoder, { sizePx, tokenCount: tokens.count, dim: tokens.dim });
  const tracker = createTracker();
  const isCut = createCutDetector();
  const view = new View();
  const permit = createPermit(EVERYWHERE, widthPx, heightPx);
  const redactor = createRedactor();
  const watchers = assemblies.map((assembly) => watcherOf(networks, assembly));
  const cutters = (['registered', 'landmarks'] as const).map((crops) => ({
    aligner:
      crops === 'registered'
        ? createAligner(landmarkTemplate, sizePx)
        : landmarkAligner(landmarkTemplate, sizePx),
    gates: gatesOf(
      watchers.filter(({ assembly }) => assembly.crops === crops),
      quality,
      sizePx,
    ),
  }));

  for await (const frame of pictures) {
    const { ptsMs } = frame;
    for (const { recorder } of watchers) recorder.picture(ptsMs);
    const isNew = view.look(frame.image, ptsMs);
    if (isCut(frame.image)) tracker.end();
    const tracks = tracker.track(await detect(frame, tracker.expect(ptsMs)), ptsMs);
    const there = new Set(tracks.map(({ trackId }) => trackId));
    for (const { spotter, usual } of watchers) {
      spotter.keepOnly(there);
      usual.keepOnly(there);
    }
    const faces = permit(tracks);
    const redacted = redactor.redact(frame, faces, tracks);
    for (const { aligner, gates } of cutters) {
      if (gates.length === 0) continue;
      aligner.keepOnly(there);
      const crops = aligner.align(redacted, faces, (trackId) => {
        for (const { behind } of gates) for (const { spotter } of behind) spotter.restart(trackId);
      });
      const moments = await encode(crops.map(copyOfCrop));
      for (const { gate, behind } of gates) {
        gate?.frame(ptsMs, isNew);
        gate?.keepOnly(there);
        const counted = gate === undefined ? faces : gate.pass(faces, crops.map(copyOfCrop)).faces;
        const passed = moments.filter(({ trackId }) => counted.some((face) => face.trackId === trackId));
        for (const { recorder, spotter, recognise } of behind) {
          const own: Moment[] = passed.map((moment) => ({ ...moment, tokens: moment.tokens.slice() }));
          recorder.onFrame(ptsMs, counted, await recognise(await spotter.push(own)));
        }
      }
    }
  }
  return new Map(watchers.map(({ assembly, recorder }) => [assembly, recorder]));
}
