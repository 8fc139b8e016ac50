import { join } from 'node:path';
import t from 'tap';
import { TestCamera } from '../camera/camera.ts';
import { dashboard, type Message, startMosquitto, writeConfig } from '../support/plant.ts';
import { agent } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { ANALYSIS, FPS, makeCanary, makeEmptyRoom } from './canary/picture.ts';
import { LONG, seedOf } from './form.ts';

const SEED = seedOf();
const HEALTH_MESSAGES = LONG ? 60 : 8;

/** What is the same over and over in a day of any box. */
function withoutTime({ at: _, uptimeS: __, ...body }: Message['body']): string {
  return JSON.stringify(body);
}

/** How often each was said. */
function tally(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

t.test(
  `two people before the camera, and nobody: the same health and the same log, seed ${SEED}`,
  async (t) => {
    const folder = t.testdir();
    const films = {
      people: (await makeCanary(folder, SEED)).film,
      nobody: await makeEmptyRoom(folder, SEED),
    };
    /** One after the other, so that neither slows the other down. */
    const watched = async (name: keyof typeof films) => {
      await using camera = await TestCamera.start({ file: films[name] });
      await using broker = await startMosquitto(join(folder, name, 'broker'));
      await using plant = dashboard(broker.url);
      const config = writeConfig(join(folder, name), {
        camera: camera.url,
        broker: broker.url,
        more: { quality: { minFps: FPS / 3, minFaceHeightPx: 30 } },
        ofCamera: { analysis: ANALYSIS },
      });
      const of = (topic: string) => plant.messages.filter((message) => message.topic.endsWith(topic));
      await using daemon = agent(['run', config]);
      const steady = () =>
        of('/health')
          .map(({ body }) => body)
          .filter(({ cameras }) => cameras[0].state === 'streaming' && cameras[0].fps > 0);
      await until(() => steady().length >= HEALTH_MESSAGES, 'health', { withinMs: 120_000 });
      daemon.child.kill('SIGTERM');
      await daemon.exited;
      // Somebody who comes later gets what the broker has kept.
      await using latecomer = dashboard(broker.url);
      await until(() => latecomer.messages.length >= 2, 'retained messages');
      await new Promise((resolve) => setTimeout(resolve, 300));
      const kept = latecomer.messages.map(({ topic, body: { at: _, seq: __, hash: ___, ...body } }) => ({
        topic: topic.split('/').at(-1),
        ...body,
      }));
      const slots = of('/signal').reduce((sum, { body }) => sum + (body.slots?.none ?? 0), 0);
      const log = daemon.stdout
        .trim()
        .split('\n')
        .map((line) => {
          const { time: _, ...rest } = JSON.parse(line);
          return JSON.stringify(rest);
        });
      const windows = tally(of('/signal').map(({ body }) => body.window.start));
      return {
        kept,
        health: tally(steady().map(withoutTime)),
        log: [...new Set(log)].sort(),
        slots,
        windows,
      };
    };
    const people = await watched('people');
    const nobody = await watched('nobody');

    t.ok(people.slots > 0 && nobody.slots === 0, 'there were people, and there was nobody');
    const usual = ({ health }: typeof people) => [...health].sort((a, b) => b[1] - a[1])[0]![0];
    t.equal(usual(people), usual(nobody), usual(people));
    // A machine that is busy with other things delays pictures now and then, in both of them.
    for (const { health } of [people, nobody]) {
      const but = new Set([...health.keys()].map((text) => text.replaceAll(/"fps":\d+/g, '')));
      t.ok(but.size <= 3, `${but.size} different messages of health in ${HEALTH_MESSAGES} s, but for fps`);
    }
    t.same(people.log, nobody.log, 'the log says the same');
    t.same(people.kept, nobody.kept, 'so does what the broker keeps');
    t.same(people.kept.map(({ topic }) => topic).sort(), ['audit', 'status'], 'which is no signal');
    for (const each of [people, nobody])
      t.ok(
        [...each.windows.values()].every((times) => times === 1),
        'one signal for every window, whoever was there',
      );
  },
);
