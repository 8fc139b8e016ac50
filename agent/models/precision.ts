import { OperatorError } from '../domain/errors.ts';
import type { Offer, Provider } from '../inference/session.ts';
import type { MicronBertManifest, Precision } from './manifest.ts';
import type { VerifiedModel } from './verify.ts';

type Model = VerifiedModel<MicronBertManifest>;
type Role = keyof MicronBertManifest['files'];

/** Files of each precision. int8 shares the comparator with fp32: it works with differences that 8 bits would lose. */
const ROLES: Readonly<Record<Precision, { readonly encoder: Role; readonly comparator: Role }>> = {
  fp32: { encoder: 'encoder', comparator: 'comparator' },
  fp16: { encoder: 'encoderFp16', comparator: 'comparatorFp16' },
  int8: { encoder: 'encoderInt8', comparator: 'comparator' },
};

/** An encoder, and its precision. */
export interface EncoderOffer extends Offer {
  readonly precision: Precision;
}

const offer = ({ manifest, files }: Model, role: Role, precision: Precision): Offer => ({
  name: manifest.files[role]!.file,
  bytes: files[role]!,
  fp16: precision === 'fp16',
});

/**
 * What may be run of a model on a provider, best first: what was asked for, or with `auto` what the manifest recommends
 * there and then fp32, because a provider that runs may still refuse a precision (ONNX Runtime's TensorRT provider
 * builds no fp16 unless an option is set that its Node binding does not pass on; deploy/jetson mends that).
 */
export function encoderOffers(
  model: Model,
  wanted: Precision | 'auto',
): (provider: Provider) => readonly EncoderOffer[] {
  const { recommended } = model.manifest.precisions;
  return (provider) => {
    const best = recommended[provider === 'cpu' ? 'cpu' : 'gpu'];
    const precisions = wanted === 'auto' ? new Set<Precision>([best, 'fp32']) : [wanted];
    return [...precisions].map((precision) => ({
      ...offer(model, ROLES[precision].encoder, precision),
      precision,
    }));
  };
}

/** The comparator that goes with an encoder of this precision. */
export const comparatorOffer = (model: Model, precision: Precision): Offer =>
  offer(model, ROLES[precision].comparator, precision);

/** @throws OperatorError `precision-missing` when the model has no files of the precision that was asked for */
export function requirePrecision({ name, files }: MicronBertManifest, wanted: Precision | 'auto'): void {
  const has = (precision: Precision) => Object.values(ROLES[precision]).every((role) => role in files);
  if (wanted === 'auto' || has(wanted)) return;
  const there = (Object.keys(ROLES) as Precision[]).filter(has);
  throw new OperatorError(
    'environment',
    'precision-missing',
    `inference.precision is ${wanted}, and the model ${name} comes in ${there.join(' and ')} only.`,
    {
      remedy: `Set inference.precision to auto or ${there.join(' or ')}, or install a model folder with ${wanted} files.`,
    },
  );
}
