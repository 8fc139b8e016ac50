import { createAligner } from '../../../agent/align/aligner.ts';
import type { Config } from '../../../agent/config/schema.ts';
import { createCutDetector } from '../../../agent/detect/cut.ts';
import type { FaceCrop, RawFrame } from '../../../agent/domain/frame.ts';
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
import { type Aligner, type Assembly, landmarkAligner } from './mechanisms.ts';
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
  const permit = createPermit(EVERYWHERE, widthPx, heightPx);
  const redactor = createRedactor();
  const watchers = assemblies.map((assembly) => watcherOf(networks, assembly));
  const kinds = (['registered', 'landmarks'] as const)
    .filter((kind) => assemblies.some(({ crops }) => crops === kind))
    .map((kind) => ({
      kind,
      aligner: (kind === 'registered' ? createAligner : landmarkAligner)(
        landmarkTemplate,
        sizePx,
      ) as Aligner,
      gate: createQualityGate(quality, sizePx),
      watchers: watchers.filter(({ assembly }) => assembly.crops === kind),
    }));

  for await (const frame of pictures) {
    const { ptsMs } = frame;
    for (const { recorder } of watchers) recorder.picture(ptsMs);
    if (isCut(frame.image)) tracker.end();
    const tracks = tracker.track(await detect(frame, tracker.expect(ptsMs)), ptsMs);
    const there = new Set(tracks.map(({ trackId }) => trackId));
    const faces = permit(tracks);
    const redacted = redactor.redact(frame, faces, tracks);
    for (const { aligner, gate, watchers } of kinds) {
      gate.frame(ptsMs);
      aligner.keepOnly(there);
      gate.keepOnly(there);
      for (const { spotter, usual } of watchers) {
        spotter.keepOnly(there);
        usual.keepOnly(there);
      }
      const crops = aligner.align(redacted, faces, (trackId) => {
        for (const { spotter } of watchers) spotter.restart(trackId);
      });
      // The encoder overwrites what it is given, the gate what it refuses.
      const moments = await encode(crops.map((crop) => ({ ...crop, rgb: crop.rgb.slice() }) as FaceCrop));
      const good = gate.pass(faces, crops).faces;
      for (const { assembly, recorder, spotter, recognise } of watchers) {
        const counted = assembly.gate ? good : faces;
        const own: Moment[] = moments
          .filter(({ trackId }) => counted.some((face) => face.trackId === trackId))
          .map((moment) => ({ ...moment, tokens: moment.tokens.slice() }));
        recorder.onFrame(ptsMs, counted, await recognise(await spotter.push(own)));
      }
    }
  }
  return new Map(watchers.map(({ assembly, recorder }) => [assembly, recorder]));
}
