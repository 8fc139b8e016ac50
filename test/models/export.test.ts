import t from 'tap';
import { createSession } from '../../agent/inference/session.ts';
import { PRECISIONS } from '../../agent/models/manifest.ts';
import { comparatorOffer, encoderOffers, requirePrecision } from '../../agent/models/precision.ts';
import { loadModelOf } from '../../agent/models/verify.ts';
import { strayed } from '../support/parity.ts';
import { python, pythonsWith } from '../support/python.ts';

/** Largest error of a token, whose values are about 1. Far above what was measured: 2e-6, 0.02 and 0.2. */
const MOST = { fp32: 1e-4, fp16: 0.06, int8: 0.6 };

const [command] = await pythonsWith('torch', 'onnx', 'numpy');

t.test(
  'what Python exports, the agent accepts, and ONNX Runtime runs in every precision',
  command === undefined
    ? { skip: 'no Python here has torch and onnx (Debian: python3-torch python3-onnx)' }
    : {},
  async (t) => {
    const folder = t.testdir();
    const { stdout } = await python(command!, ['-m', 'micron_bert', 'export', '--out', folder]);
    t.match(stdout, /same label/);
    const model = await loadModelOf('micron-bert', folder);
    t.same(model.manifest.precisions.recommended, { cpu: 'fp32', gpu: 'fp16' }, 'int8 wants real pairs');
    for (const precision of PRECISIONS) {
      requirePrecision(model.manifest, precision);
      const session = await createSession(encoderOffers(model, precision), { provider: 'cpu', threads: 1 });
      t.equal(session.offer.precision, precision);
      const { errors, motion } = await strayed({
        encoder: session.offer.bytes as Buffer,
        comparator: comparatorOffer(model, precision).bytes as Buffer,
        parity: model.files.parity!,
      });
      t.comment(precision, errors);
      t.ok(errors.tokens! < MOST[precision], `${precision}: tokens`);
      t.ok(motion[0]! > 8 * motion[2]!, `${precision}: two pixels of motion are more than none`);
    }
  },
);
