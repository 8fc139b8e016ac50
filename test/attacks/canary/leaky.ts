import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { appendFileSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { resized } from './bank.ts';

/**
 * A program that gives a picture away, in the way that its first argument names: what the daemon must never do, done on
 * purpose, to see that it would be noticed. Arguments: way, file of an I420 picture, width, height, port of something
 * that listens.
 */
const [way, file, width, height, port] = process.argv.slice(2) as [string, string, string, string, string];
const frame = readFileSync(file);
const [widthPx, heightPx] = [Number(width), Number(height)];
const luma = frame.subarray(0, widthPx * heightPx);
const rows = luma.subarray(50 * widthPx, 54 * widthPx);
const small = Buffer.from(resized({ name: 'luma', widthPx, heightPx, data: luma }, 100).data);
// Loaded where it is needed, so that the other ways are quick.
const image = async () =>
  (await import('sharp')).default(luma, { raw: { width: widthPx, height: heightPx, channels: 1 } });

const WAYS: Record<string, () => unknown> = {
  nothing: () => process.stdout.write('{"level":30,"msg":"camera"}\n'),
  'a file': () => writeFileSync('frame.yuv', frame),
  'a file that is gone again': () => {
    writeFileSync('frame.yuv', frame);
    rmSync('frame.yuv');
  },
  'rows written one by one at their places': () => {
    const to = openSync('rows', 'w');
    for (let y = 0; y < 40; y++) writeSync(to, luma, y * widthPx, 20, y * 20);
    for (let y = 0; y < 4; y++) writeSync(to, rows, y * widthPx, widthPx, 10_000 + y * widthPx);
    rmSync('rows');
  },
  'base64 in the log': () => process.stdout.write(`{"msg":"debug","frame":"${rows.toString('base64')}"}\n`),
  'numbers in the log': () => process.stderr.write(`{"rows":${JSON.stringify([...rows])}}\n`),
  'shared memory': () => {
    writeFileSync('/dev/shm/micron-edge-canary', frame);
    setTimeout(() => rmSync('/dev/shm/micron-edge-canary'), 200);
  },
  'a JPEG': async () => writeFileSync('frame.jpg', await (await image()).jpeg().toBuffer()),
  'a PNG': async () => writeFileSync('frame.png', await (await image()).png().toBuffer()),
  'a thumbnail over TCP': () => connect(Number(port), '127.0.0.1').end(small),
  'packets over UDP': () => {
    const socket = createSocket('udp4');
    for (let at = 0; at < luma.length; at += 1_200)
      socket.send(luma.subarray(at, at + 1_200), Number(port), '127.0.0.1');
    setTimeout(() => socket.close(), 200);
  },
  'another pipe': () => spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] }).stdin!.end(frame),
  'a compressed file': () => appendFileSync('log.gz', gzipSync(frame)),
  'an MQTT message': async () => {
    const client = (await import('mqtt')).connect(`mqtt://127.0.0.1:${port}`, {
      reconnectPeriod: 0,
      protocolVersion: 4,
    });
    client.on('error', () => {});
    client.on('connect', async () => {
      await client.publishAsync('works/thumbnail', JSON.stringify({ data: small.toString('base64') }), {
        qos: 1,
      });
      client.end();
    });
  },
  'a core file': () => {
    // Something that the compiler cannot know to be unused.
    (globalThis as { kept?: Buffer }).kept = Buffer.from(frame);
    process.kill(process.pid, 'SIGSEGV');
  },
  'memory without a name': () =>
    spawn('python3', ['-c', 'import os,sys; os.memfd_create("x"); print("made")'], { stdio: 'ignore' }),
  'a map of a file': () =>
    spawn(
      'python3',
      [
        '-c',
        'import mmap,sys; f=open("m","w+b"); f.truncate(4096); m=mmap.mmap(f.fileno(),4096); m[0:16]=bytes(16)',
      ],
      { stdio: 'ignore' },
    ),
};
await WAYS[way]!();
