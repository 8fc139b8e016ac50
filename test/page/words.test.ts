import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { eventSchema } from '../../agent/audit/events.ts';
import { GAP_REASONS } from '../../agent/domain/gap.ts';
import { CALIBRATION_STATES, QUALITY_REASONS } from '../../agent/domain/quality.ts';
import { LABELS, REGIONS } from '../../agent/domain/signal.ts';
import { ROOT } from '../../agent/installation.ts';
import { answerSchema, healthSchema, signalSchema } from '../../agent/publish/messages.ts';

/** The tables of words, without the browser that the rest of the file is for. */
const source = readFileSync(join(ROOT, 'agent/page/web/words.js'), 'utf8');
const WORDS: Record<string, Record<string, unknown>> = runInNewContext(
  `${source.slice(0, source.indexOf('export const WORDS'))}; ({ en: EN, ja: JA })`,
);
const withheld = signalSchema.options[1].shape.reason.options;
const said: Readonly<Record<string, readonly string[]>> = {
  poorWhy: QUALITY_REASONS,
  thresholds: CALIBRATION_STATES,
  labels: LABELS,
  regions: REGIONS,
  withheld,
  lostWhy: GAP_REASONS,
  cameraState: healthSchema.shape.cameras.element.shape.state.options,
  events: eventSchema.options.map(({ shape }) => shape.event.value),
};

for (const [language, words] of Object.entries(WORDS))
  t.test(`${language} has a word for whatever a message can say`, async (t) => {
    for (const [table, names] of Object.entries(said))
      t.same(Object.keys(words[table] as object).sort(), [...names].sort(), table);
    // What only MQTT can be told is never said here.
    for (const reason of Object.keys(words.reasons as object).filter((each) => each !== 'no-answer'))
      t.ok(
        answerSchema.shape.reason.unwrap().options.some((each) => each === reason),
        reason,
      );
    t.same(Object.keys(words), Object.keys(WORDS.en!), 'and the same tables as the others');
  });
