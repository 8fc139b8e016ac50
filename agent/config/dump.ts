import { Document, isScalar, isSeq, visit } from 'yaml';
import { withoutSecrets } from '../domain/secrets-in-text.ts';
import type { Config } from './schema.ts';

/**
 * The configuration with every default written out, as YAML that loads to the same. Secrets stay names of files; what an
 * address holds in spite of that is `***`.
 */
export function effective(config: Config): string {
  const document = new Document(config, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string') scalar.value = withoutSecrets(scalar.value);
    },
    // Corners and days read better on one line.
    Seq: (_, seq) => {
      if (seq.items.every((item) => isScalar(item) || (isSeq(item) && item.items.every(isScalar))))
        seq.flow = true;
    },
  });
  return document.toString({ lineWidth: 110, flowCollectionPadding: false });
}
