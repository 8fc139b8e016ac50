import t from 'tap';
import { GdpReader } from '../../agent/decode/gdp.ts';

function packet(type: number, payload: Buffer, ns = 0n): Buffer {
  const head = Buffer.alloc(62);
  head[0] = 1;
  head.writeUInt16BE(type, 4);
  head.writeUInt32BE(payload.length, 6);
  head.writeBigUInt64BE(ns, 10);
  return Buffer.concat([head, payload]);
}

function reader(pictureBytes: number) {
  const times: number[] = [];
  const shapes: number[] = [];
  const bytes: number[] = [];
  const gdp = new GdpReader(pictureBytes, {
    onTime: (ptsMs) => void times.push(ptsMs),
    onBytes: (part) => void bytes.push(...part),
    onShape: (shape) => void shapes.push(shape),
  });
  return { gdp, times, shapes, bytes };
}

t.test('pictures, times and shape come out however the stream is cut', async (t) => {
  const caps = 'video/x-raw, width=(int)320, height=(int)240, pixel-aspect-ratio=(fraction)4/3';
  const stream = Buffer.concat([
    packet(2, Buffer.from(`${caps}\0`)),
    packet(74, Buffer.from('an event')),
    packet(1, Buffer.from([1, 2, 3, 4, 5, 6]), 40_000_000n),
    packet(64, Buffer.alloc(0)),
    packet(1, Buffer.from([7, 8, 9, 10, 11, 12]), 0xffff_ffff_ffff_ffffn),
  ]);
  for (const size of [1, 7, 61, 62, 63, 1_000]) {
    const { gdp, times, shapes, bytes } = reader(6);
    for (let from = 0; from < stream.length; from += size) t.ok(gdp.read(stream.subarray(from, from + size)));
    t.same(bytes, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    t.equal(times.length, 2);
    t.equal(times[0], 40);
    t.ok(Number.isNaN(times[1]), 'without a time');
    t.same(shapes, [(320 * 4) / (240 * 3)]);
  }
});

t.test('another stream, another size, or a description without end is refused', async (t) => {
  t.notOk(reader(6).gdp.read(Buffer.alloc(62, 0x47)));
  t.notOk(reader(6).gdp.read(packet(1, Buffer.alloc(7))));
  const head = packet(2, Buffer.alloc(0));
  head.writeUInt32BE(0xffff_ffff, 6);
  t.notOk(reader(6).gdp.read(head));
});
