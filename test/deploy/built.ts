import { execFileSync } from 'node:child_process';

/** What a script of `deploy` exports: plain JavaScript outside of what is compiled. */
export function exported<T>(file: string): T {
  const script = `import(${JSON.stringify(`file://${file}`)}).then((all) => process.stdout.write(JSON.stringify({ ...all })))`;
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })) as T;
}
