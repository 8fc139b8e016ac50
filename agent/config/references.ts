import type { Path } from './problem.ts';
import type { Config } from './schema.ts';

/** What is in a file that the configuration names. */
export type ReferenceKind = 'credentials' | 'password' | 'private-key' | 'public' | 'folder';

/** A file or folder that the configuration names; `file` is its path. */
export interface Reference {
  readonly path: Path;
  readonly kind: ReferenceKind;
  readonly file: string;
}

/** Every file that must be there before the daemon starts. The state folder is not one: it is made. */
export function references({ cameras, mqtt, inference, detector, page }: Config): Reference[] {
  const named: [Path, ReferenceKind, string | undefined][] = [
    [['inference', 'modelsFolder'], 'folder', inference.modelsFolder],
    [['detector', 'file'], 'public', detector.file],
    [['mqtt', 'passwordFile'], 'password', mqtt.passwordFile],
    [['mqtt', 'tls', 'caFile'], 'public', mqtt.tls?.caFile],
    [['mqtt', 'tls', 'certFile'], 'public', mqtt.tls?.certFile],
    [['mqtt', 'tls', 'keyFile'], 'private-key', mqtt.tls?.keyFile],
    [['page', 'tokenFile'], 'password', page?.tokenFile],
    ...cameras.map(({ credentialsFile }, i): [Path, ReferenceKind, string | undefined] => [
      ['cameras', i, 'credentialsFile'],
      'credentials',
      credentialsFile,
    ]),
  ];
  return named.flatMap(([path, kind, file]) => (file === undefined ? [] : [{ path, kind, file }]));
}
