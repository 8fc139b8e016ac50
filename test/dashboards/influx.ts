import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../agent/installation.ts';
import { exported } from '../deploy/built.ts';
import { freePort, program } from '../support/processes.ts';
import { until } from '../support/until.ts';

interface Field {
  readonly path: string;
  readonly name: string;
  readonly type: 'string' | 'int' | 'float';
  readonly optional?: boolean;
}

interface Measurement {
  readonly name: string;
  readonly topic: string;
  readonly time: string;
  readonly tags: readonly string[];
  readonly each?: string;
  readonly eachTag?: string;
  readonly fields: readonly Field[];
}

const { MEASUREMENTS } = exported<{ MEASUREMENTS: Measurement[] }>(
  join(ROOT, 'deploy/grafana/measurements.mjs'),
);

// biome-ignore lint/suspicious/noExplicitAny: JSON from the wire
const at = (body: any, path: string) => path.split('.').reduce((value, key) => value?.[key], body);

const written = (value: unknown, type: Field['type']): string =>
  type === 'string' ? JSON.stringify(value) : type === 'int' ? `${value}i` : String(value);

/** A message in InfluxDB's line protocol, as telegraf.conf has it: Telegraf itself cannot be had here. */
export function linesOf(topic: string, body: unknown): string[] {
  return MEASUREMENTS.filter(({ topic: filter }) =>
    new RegExp(`/micron-edge/[^/]+/${filter.replace('+', '[^/]+')}$`).test(topic),
  ).flatMap(({ name, time, tags, each, eachTag, fields }) => {
    const ns = `${Date.parse(at(body, time))}000000`;
    const shared = [name, ...tags.map((tag) => `${tag}=${at(body, tag)}`)];
    return (each === undefined ? [body] : at(body, each)).map((item: unknown) => {
      const values = fields.flatMap(({ path, name: field, type, optional }) => {
        const value = at(item, path);
        if (value === undefined && !optional) throw new Error(`${topic} has no ${path}`);
        return value === undefined ? [] : [`${field}=${written(value, type)}`];
      });
      const key = [...shared, ...(eachTag === undefined ? [] : [`${eachTag}=${at(item, eachTag)}`])].join(
        ',',
      );
      return `${key} ${values.join(',')} ${ns}`;
    });
  });
}

export interface Series {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

/** A real InfluxDB with the database of the data source, on loopback. */
export async function startInflux(folder: string) {
  const [http, rpc] = [await freePort(), await freePort()];
  const config = join(folder, 'influxdb.conf');
  writeFileSync(
    config,
    `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
[http]
  bind-address = "127.0.0.1:${http}"
  log-enabled = false
`,
  );
  const influx = program('influxd', ['-config', config]);
  const url = `http://127.0.0.1:${http}`;
  await until(
    () =>
      fetch(`${url}/ping`).then(
        () => true,
        () => false,
      ),
    'InfluxDB',
  );
  const query = async (q: string, method = 'GET'): Promise<Series[]> => {
    const parameters = new URLSearchParams({ db: 'micron_edge', q, epoch: 'ms' });
    const answer = await fetch(`${url}/query?${parameters}`, { method });
    const body = (await answer.json()) as {
      results?: { error?: string; series?: Series[] }[];
      error?: string;
    };
    const fault = body.error ?? body.results?.[0]?.error;
    if (fault !== undefined) throw new Error(`${fault}: ${q}`);
    return body.results?.[0]?.series ?? [];
  };
  await query('CREATE DATABASE micron_edge', 'POST');
  return {
    query,
    async write(lines: readonly string[]) {
      const answer = await fetch(`${url}/write?db=micron_edge`, { method: 'POST', body: lines.join('\n') });
      if (!answer.ok) throw new Error(await answer.text());
    },
    [Symbol.asyncDispose]: () => influx[Symbol.asyncDispose](),
  };
}
