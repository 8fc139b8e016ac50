import t from 'tap';
import { z } from 'zod';
import { fromCamera } from '../../agent/camera/messages.ts';
import { observe } from '../../agent/evaluate/observer.ts';
import { createRecorder } from '../../agent/evaluate/recording.ts';

t.test('an observer is for recordings in purpose demo', async (t) => {
  t.ok(observe('demo', 'file:///film.mp4', createRecorder()));
  for (const purpose of ['medical', 'safety', 'research-with-consent'])
    t.throws(() => observe(purpose, 'file:///film.mp4', createRecorder()), {
      fault: 'governance',
      code: 'observer-not-demo',
    });
  for (const source of ['rtsp://127.0.0.1/stream', 'rtsps://camera/', 'http://127.0.0.1/film.mp4'])
    t.throws(() => observe('demo', source, createRecorder()), {
      fault: 'governance',
      code: 'observer-not-recording',
    });
});

t.test('what a camera process may send has no place for what an observer is told', async (t) => {
  // faceFrames: all faces of a camera together, for health; the supervisor makes coarse shares of it.
  const personal =
    /track|box|face(?!-height|Frames)|onset|apex|offset|motion|score|strength|probab|event|person/i;
  let objects = 0;
  const walk = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    if ('properties' in schema) {
      objects++;
      t.equal((schema as { additionalProperties?: unknown }).additionalProperties, false, 'closed');
      for (const name of Object.keys(schema.properties as object)) t.notMatch(name, personal);
    }
    for (const inner of Object.values(schema)) walk(inner);
  };
  walk(z.toJSONSchema(fromCamera));
  t.ok(objects >= 4, `${objects} kinds of object`);

  const slot = { zoneId: 'press', earnedAtMs: 1, label: 'none' };
  t.ok(fromCamera.safeParse({ type: 'slots', slots: [slot] }).success);
  const felt = { ...slot, label: 'positive', region: 'mouth' };
  t.ok(fromCamera.safeParse({ type: 'slots', slots: [felt] }).success);
  for (const region of [{ brows: 0.3 }, 'left eye', ['mouth', 'chin'], 3])
    t.notOk(fromCamera.safeParse({ type: 'slots', slots: [{ ...felt, region }] }).success, 'one of six');
  for (const more of [
    { region: 'mouth' },
    { trackId: 1 },
    { box: [0, 0, 1, 1] },
    { strength: 7 },
    { onsetMs: 1 },
  ])
    t.notOk(fromCamera.safeParse({ type: 'slots', slots: [{ ...slot, ...more }] }).success);
  for (const type of ['events', 'scores', 'faces'])
    t.notOk(fromCamera.safeParse({ type, [type]: [] }).success);
});
