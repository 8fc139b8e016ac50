import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../agent/installation.ts';
import type { TestCamera } from '../camera/camera.ts';
import type { dashboard } from '../support/plant.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);

/** The left of the two people of plant-a, a1. */
export const ONE_PERSON = 'crop=480:540:0:0';

/** A film for the test camera: seconds 3 to 8 of plant-a, in which a1 shows no micro-expression, through a filter. */
export async function quietFilm(
  folder: string,
  name: string,
  filter: string,
  ...encode: string[]
): Promise<string> {
  const path = join(folder, `${name}.mp4`);
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-ss', '3', '-t', '5', '-i', join(ROOT, 'test/scene/plant-a.mp4'), '-an'],
    ...['-vf', filter, '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20'],
    ...['-g', '25', '-bf', '0', '-pix_fmt', 'yuv420p', ...encode, path],
  ]);
  return path;
}

/** What nobody in front of it can be seen in. */
export async function plainFilm(folder: string, name: string, source: string): Promise<string> {
  const path = join(folder, `${name}.mp4`);
  const input = ['-f', 'lavfi', '-t', '2', '-i', `${source}:r=25,noise=alls=2:allf=t`];
  const encode = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '25', '-bf', '0', '-pix_fmt', 'yuv420p'];
  await run('ffmpeg', ['-v', 'error', '-y', ...input, ...encode, path]);
  return path;
}

/** The clock of the camera runs so many times as fast, so that minutes of its time pass in seconds. */
export function hurry({ mischief }: TestCamera, times: number): void {
  mischief.timestamp = (ticks) => Math.round(ticks * times);
}

const ALL = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

/** A camera of a configuration, with one zone of its own name over all of the picture. */
export const cameraOf = (id: string, { url }: TestCamera, more: object = {}) => ({
  id,
  url,
  stallMs: 5000,
  reconnect: { firstMs: 100, mostMs: 500 },
  zones: [{ id: `zone-${id}`, polygon: ALL, headCount: 6 }],
  ...more,
});

/** What health says last of a camera, and what its zone has had until now. */
export function told({ messages }: ReturnType<typeof dashboard>) {
  const health = (id: string) =>
    messages
      .findLast(({ topic }) => topic.endsWith('/health'))
      ?.body.cameras.find((camera: { id: string }) => camera.id === id);
  return {
    health,
    until: (
      id: string,
      what: string,
      holds: (camera: ReturnType<typeof health>) => boolean,
      withinMs = 60_000,
    ) =>
      until(
        () => {
          const now = health(id);
          return now !== undefined && holds(now);
        },
        `${id}: ${what}`,
        { withinMs },
      ),
    /** Slots of released windows, and those of them with an event. */
    slots(id: string) {
      let [all, events] = [0, 0];
      for (const { topic, body } of messages) {
        if (!topic.endsWith(`/zone/zone-${id}/signal`) || body.state !== 'released') continue;
        const { none, negative, positive, surprise } = body.slots;
        all += none + negative + positive + surprise;
        events += negative + positive + surprise;
      }
      return { all, events };
    },
  };
}
