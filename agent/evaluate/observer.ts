import { OperatorError } from '../domain/errors.ts';
import { asObserver, type Observations, type Observer } from '../domain/observer.ts';

/**
 * The only way to an observer, and only `micron-edge replay` takes it: purpose demo, and a recording that somebody chose
 * to play. The daemon cannot: `test/import-rules.test.ts` shows that nothing it runs can reach this folder.
 *
 * @param source address of what the pipeline is going to see
 * @throws OperatorError observer-not-demo, observer-not-recording (exit 3)
 */
export function observe(purpose: string, source: string, observations: Observations): Observer {
  if (purpose !== 'demo')
    throw new OperatorError(
      'governance',
      'observer-not-demo',
      `Single faces are evaluated in purpose demo only, not ${purpose}.`,
      {
        remedy:
          'Use config/demo.yaml, or a copy of it with your zones, and footage that needs no protection.',
      },
    );
  if (!source.startsWith('file:'))
    throw new OperatorError(
      'governance',
      'observer-not-recording',
      'Single faces are evaluated in recordings only, never at a camera.',
      { remedy: 'Name a file.' },
    );
  return asObserver(observations);
}
