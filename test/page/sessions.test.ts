import { createHash } from 'node:crypto';
import t from 'tap';
import { Sessions } from '../../agent/page/sessions.ts';

const HOURS_MS = 3_600_000;

function sessions() {
  const clock = { ms: 0 };
  const hash = createHash('sha256').update('the token').digest('hex');
  return { clock, sessions: new Sessions(hash, () => clock.ms) };
}
const secretOf = (opened: ReturnType<Sessions['open']>): string =>
  typeof opened === 'string' ? `refused: ${opened}` : opened.secret;

t.test('a session lasts twelve hours, or until it is closed', async (t) => {
  const { clock, sessions: s } = sessions();
  const [one, two] = [secretOf(s.open('the token')), secretOf(s.open('the token'))];
  t.not(one, two);
  t.ok(s.isOpen(one) && s.isOpen(two));
  t.notOk(s.isOpen('the token'), 'the token itself is none');
  s.close(one);
  t.notOk(s.isOpen(one));
  clock.ms = 12 * HOURS_MS - 1;
  t.ok(s.isOpen(two));
  clock.ms += 1;
  t.notOk(s.isOpen(two));
});

t.test('whoever guesses has to wait, and does not lock out whoever is in', async (t) => {
  const { clock, sessions: s } = sessions();
  const inside = secretOf(s.open('the token'));
  for (let i = 0; i < 5; i++) t.equal(s.open(`guess ${i}`), 'wrong');
  t.equal(s.open('the token'), 'too-often', 'also the right one, so that it cannot be told from a wrong one');
  t.ok(s.isOpen(inside));
  clock.ms += 2_000;
  t.equal(s.open('guess'), 'wrong');
  t.equal(s.open('guess'), 'too-often');
  clock.ms += 2_000;
  t.ok(s.isOpen(secretOf(s.open('the token'))));
  t.equal(s.takeDenied(), 6);
  t.equal(s.takeDenied(), 0);
});

t.test('the oldest session makes room for a new one', async (t) => {
  const { sessions: s } = sessions();
  const all = Array.from({ length: 33 }, () => secretOf(s.open('the token')));
  t.notOk(s.isOpen(all[0]!));
  t.ok(all.slice(1).every((secret) => s.isOpen(secret)));
});
