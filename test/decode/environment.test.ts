import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { environment } from '../../agent/decode/environment.ts';

const hasGstreamer = spawnSync('gst-inspect-1.0', ['--version']).status === 0;

t.test('what would make a decoder write a file is gone', async (t) => {
  const env = environment({ FFREPORT: 'file=/tmp/x', GST_DEBUG_FILE: '/tmp/y', PATH: '/bin' });
  t.match(env, { FFREPORT: undefined, GST_DEBUG_FILE: undefined, PATH: '/bin' });
});

t.test(
  'GStreamer keeps its list of plugins in the folder for caches, and nowhere without one',
  hasGstreamer ? {} : { skip: 'no GStreamer here' },
  async (t) => {
    const folder = t.testdir({ home: {}, cache: {} });
    const [home, cache] = [join(folder, 'home'), join(folder, 'cache')];
    const list = (more: NodeJS.ProcessEnv) =>
      execFileSync('gst-inspect-1.0', [], { env: environment({ ...process.env, HOME: home, ...more }) });
    t.match(list({ CACHE_DIRECTORY: undefined }).toString(), 'coreelements', 'it works without');
    t.same(readdirSync(home), []);
    list({ CACHE_DIRECTORY: cache });
    t.same(readdirSync(cache), ['gstreamer-plugins']);
    t.same(readdirSync(home), []);
  },
);

t.test('where it keeps none, there is nothing that it could spoil, whoever runs it', async (t) => {
  const folder = dirname(environment({}).GST_REGISTRY_1_0!);
  t.equal(folder, '/proc/self');
  t.throws(() => chmodSync(folder, 0o700), { code: 'EPERM' });
  t.equal(statSync('/dev/null').mode & 0o777, 0o666, 'open to everybody');
});
