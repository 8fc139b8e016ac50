import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { loadConfig } from '../../agent/config/load.ts';
import { allowList, nameServersIn } from '../../agent/deploy/allow-list.ts';
import { writeConfig } from '../support/plant.ts';
import { agent } from '../support/processes.ts';

const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'broker.example': ['10.9.0.1', 'fd00::9', '10.9.0.1'],
  'cam.example': ['10.9.0.2'],
};
const lookup = async (host: string) => {
  const found = ADDRESSES[host];
  if (found === undefined) throw Object.assign(new Error('no'), { code: 'ENOTFOUND' });
  return found;
};
const RESOLV = '# by hand\nnameserver 10.9.0.53\n  nameserver fe80::1%eth0\noptions edns0\n';
const settings = (text: string) => text.split('\n').filter((line) => line.startsWith('IPAddressAllow='));

async function configured(folder: string, camera: string, broker: string) {
  const safety = { purpose: 'safety', jurisdiction: 'JP', legalBasis: 'x y z', notice: 'sign' };
  const path = writeConfig(folder, { camera, broker, more: { governance: safety, aggregation: {} } });
  return (await loadConfig(path)).config;
}

t.test('names become addresses, each once, and name servers come with them', async (t) => {
  const config = await configured(t.testdir(), 'rtsp://cam.example/live', 'mqtts://broker.example');
  t.same(settings(await allowList(config, lookup, RESOLV)), [
    'IPAddressAllow=10.9.0.1',
    'IPAddressAllow=fd00::9',
    'IPAddressAllow=10.9.0.2',
    'IPAddressAllow=10.9.0.53',
    'IPAddressAllow=fe80::1',
  ]);
});

t.test('addresses need no name server, and are taken as they are', async (t) => {
  const config = await configured(t.testdir(), 'rtsp://[fd00::2]:8554/live', 'mqtts://10.9.0.1:1');
  t.same(settings(await allowList(config, lookup, RESOLV)), [
    'IPAddressAllow=10.9.0.1',
    'IPAddressAllow=fd00::2',
  ]);
});

t.test('a name that nobody knows ends it, with its name', async (t) => {
  const config = await configured(t.testdir(), 'rtsp://typo.example/live', 'mqtts://10.9.0.1');
  await t.rejects(allowList(config, lookup, RESOLV), {
    code: 'host-unknown',
    message: /camera cam.*typo\.example.*ENOTFOUND/,
  });
});

t.test('resolv.conf', async (t) => {
  t.same(nameServersIn(''), []);
  t.same(nameServersIn('#nameserver 1.2.3.4\nnameserver\t5.6.7.8 # b\n'), ['5.6.7.8']);
});

t.test('the command writes a drop-in that systemd reads without a complaint', async (t) => {
  const folder = t.testdir();
  const config = writeConfig(folder, { camera: 'rtsp://127.0.0.1/a', broker: 'mqtt://localhost' });
  await using command = agent(['deploy', 'addresses', config]);
  t.equal(await command.exited, 0);
  const unit = `[Service]\nExecStart=/bin/true\n${command.stdout.replace('[Service]', '')}`;
  writeFileSync(join(folder, 'x.service'), unit);
  const complaints = execFileSync('systemd-analyze', ['verify', join(folder, 'x.service')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.notMatch(complaints, /IPAddressAllow/);
  t.match(command.stdout, /^IPAddressAllow=127\.0\.0\.1$/m);
});
