import type { CameraConfig } from '../config/schema.ts';
import { type Decoder, detectDecoder, videoDecoders } from '../decode/command.ts';
import { gstreamerDecoder } from '../decode/gstreamer.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { jetson, type Machine } from './machine.ts';

/** @param cameras those of the configuration; none without one */
export async function decoders(machine: Machine, cameras: readonly CameraConfig[]): Promise<Finding[]> {
  const version = await machine.run('ffmpeg', ['-hide_banner', '-version']);
  if (version === undefined)
    return [fail('ffmpeg', 'not found', 'apt-get install ffmpeg; it connects to every camera.')];
  const findings = [ok('ffmpeg', version.split(' ').slice(0, 3).join(' '))];
  const names = (await videoDecoders()).filter((name) => /^(h264|hevc)/.test(name));
  findings.push(
    names.includes('h264')
      ? ok('ffmpeg decodes', names.join(', '))
      : fail(
          'ffmpeg decodes',
          names.join(', '),
          'Install the ffmpeg of your distribution: this one has no H.264.',
        ),
  );
  const gstreamer = await gstreamerDecoder();
  const found = { nvidia: 'nvv4l2decoder', best: 'its software decoders' };
  if (gstreamer !== undefined) findings.push(ok('GStreamer decodes', `by ${found[gstreamer]}`));
  const usable = new Set<Decoder>(['software', 'cuda', 'vaapi']);
  if (names.includes('h264_nvv4l2dec')) usable.add('nvv4l2dec');
  if (gstreamer !== undefined) usable.add('gstreamer');
  for (const { id, decoder } of cameras)
    if (decoder !== 'auto' && !usable.has(decoder))
      findings.push(
        fail(
          `camera ${id}`,
          `its decoder ${decoder} is not here`,
          'Set it to auto, or install what is missing (deploy/jetson/README.md).',
        ),
      );
  const board = await jetson(machine);
  const chosen = await detectDecoder(cameras[0]?.analysis ?? { widthPx: 960, heightPx: 540 });
  findings.push(
    board !== undefined && chosen === 'software'
      ? warn(
          'auto',
          'decodes on the CPU, on a Jetson',
          'apt-get install gstreamer1.0-tools gstreamer1.0-plugins-bad nvidia-l4t-gstreamer, or the ffmpeg of NVIDIA.',
        )
      : ok('auto', `chooses ${chosen}`),
  );
  return findings;
}
