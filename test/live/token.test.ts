import t from 'tap';
import { OneTimeToken } from '../../agent/live/token.ts';

t.test('it opens once', async (t) => {
  const { token, text } = OneTimeToken.create();
  t.match(text, /^[A-Za-z0-9_-]{43}$/, '256 bits');
  for (const wrong of ['', text.slice(1), `${text}=`, text.toLowerCase() + text])
    t.equal(token.take(wrong), false);
  t.equal(token.take(text), true);
  t.equal(token.take(text), false, 'and not again');
});

t.test('no two are the same, and the object does not hold the text', async (t) => {
  const made = Array.from({ length: 20 }, () => OneTimeToken.create());
  t.equal(new Set(made.map(({ text }) => text)).size, 20);
  t.notOk(JSON.stringify(made[0]!.token).includes(made[0]!.text));
});
