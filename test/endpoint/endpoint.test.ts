import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { Endpoint } from '../../agent/endpoint/endpoint.ts';
import type { Report } from '../../agent/endpoint/report.ts';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { startMosquitto, writeConfig } from '../support/plant.ts';
import { agent, freePort } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { WELL, withCamera } from './report.ts';

function ask(port: number, path: string, { method = 'GET', headers = {} } = {}) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    })
      .on('error', reject)
      .end();
  });
}

t.test('live, ready and metrics; nobody from elsewhere, and nothing to write', async (t) => {
  let report: Report = WELL;
  await using endpoint = await Endpoint.open({ address: '127.0.0.1', port: 0 }, () => report);
  const { port } = endpoint;
  t.match(await ask(port, '/livez'), { status: 200, body: '{"live":true}\n' });
  t.match(await ask(port, '/readyz'), { status: 200, body: /^{"ready":true,"reasons":\[\]/ });
  t.match(await ask(port, '/metrics'), { status: 200, body: /^micron_edge_ready 1$/m });
  t.match(await ask(port, '/metrics', { method: 'HEAD' }), { status: 200, body: '' });
  t.match(await ask(port, '/'), { status: 404 });
  t.match(await ask(port, '/readyz', { method: 'POST' }), { status: 405 });
  t.match(await ask(port, '/readyz', { headers: { host: 'evil.example' } }), { status: 403 });
  report = { ...withCamera({ state: 'waiting', code: 'unauthorised' }), stuck: 'capture' };
  t.match(await ask(port, '/livez'), { status: 503, body: '{"live":false,"stuck":"capture"}\n' });
  const { status, body } = await ask(port, '/readyz');
  t.equal(status, 503);
  t.match(JSON.parse(body), {
    reasons: ['stuck:capture', 'camera:a:unauthorised'],
    cameras: [{ id: 'a', state: 'waiting', code: 'unauthorised' }],
  });
});

t.test('a port that is taken is told', async (t) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  await t.rejects(
    Endpoint.open({ address: '127.0.0.1', port }, () => WELL),
    { code: 'health-port' },
  );
  await new Promise((resolve) => other.close(resolve));
});

t.test('the daemon becomes ready, and says why when its broker goes', async (t) => {
  const folder = t.testdir();
  const port = await freePort();
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  await using broker = await startMosquitto(join(folder, 'broker'));
  const config = writeConfig(join(folder, 'config'), {
    camera: camera.url,
    broker: broker.url,
    more: { health: { intervalS: 1, http: { port } } },
  });
  await using daemon = agent(['run', config]);
  const ready = async () => JSON.parse((await ask(port, '/readyz').catch(() => ({ body: '{}' }))).body);
  await until(async () => (await ready()).ready === true, 'ready', { withinMs: 60_000, everyMs: 100 });
  const { body } = await ask(port, '/metrics');
  t.match(body, /^micron_edge_info\{.*provider="cpu".*model_sha256="[0-9a-f]{64}"\} 1$/m);
  t.match(body, /^micron_edge_camera_state\{camera="cam",state="streaming",code=""\} 1$/m);
  t.notMatch(body, /process_|nodejs_|seconds_bucket/, 'nothing that grows with faces');
  await broker[Symbol.asyncDispose]();
  await until(
    async () => (await ready()).reasons?.includes('broker:broker-unreachable'),
    'word of the broker',
  );
  t.match(await ask(port, '/livez'), { status: 200 });
  daemon.child.kill('SIGTERM');
  t.equal(await daemon.exited, 0, 'the endpoint does not keep it');
});
