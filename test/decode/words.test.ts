import t from 'tap';
import { codeOf } from '../../agent/decode/failure.ts';
import { Steadiness } from '../../agent/decode/steadiness.ts';
import { Words } from '../../agent/decode/words.ts';

t.test('the shape is taken out of what FFmpeg says, however it is cut', async (t) => {
  const words = new Words();
  words.hear('1.7777');
  t.equal(words.shape, undefined);
  words.hear('78\nsomething went wrong\n[Eval @ 0x55] 1.333333\n');
  t.equal(words.shape, 1.333333);
  t.equal(words.text, 'something went wrong');
  words.forget();
  t.equal(words.text, '');
});

t.test(
  'what it says for hours is not kept, and an address is never kept without its beginning',
  async (t) => {
    const words = new Words();
    words.hear(`rtsp://user:${'p'.repeat(600)}@host/ first\n`);
    t.match(words.text, /^rtsp:\/\/user:p+$/);
    t.equal(words.text.length, 500);
    for (let i = 0; i < 1_000; i++) words.hear(`error ${i}\n`);
    t.equal(words.text.split('\n').length, 40);
    t.match(words.text, /error 999$/);
    words.hear('x'.repeat(10_000));
    words.hear('y'.repeat(10_000));
    t.ok(words.text.length < 20_000);
  },
);

t.test(
  'one jump is forgiven, a clock that always jumps or stands still is not, and a burst is no jump',
  async (t) => {
    const run = (ptsOf: (i: number) => number, arrivedOf: (i: number) => number = (i) => i * 40) => {
      const steadiness = new Steadiness();
      for (let i = 0; i < 100; i++) steadiness.note(ptsOf(i), arrivedOf(i));
      return steadiness.isSteady;
    };
    t.ok(run((i) => i * 40));
    t.ok(run((i) => (i < 90 ? i * 40 : i * 40 - 3_600_000)));
    t.notOk(run(() => 5));
    t.notOk(run((i) => (i % 2) * 100_000));
    t.ok(
      run(
        (i) => i * 40,
        (i) => Math.floor(i / 25) * 1_000,
      ),
      'a second of pictures at once',
    );
    t.ok(
      run(
        (i) => i * 10_000,
        (i) => i * 10_000,
      ),
      'a picture every ten seconds',
    );
  },
);

t.test('refusals have their own word', async (t) => {
  t.equal(codeOf('Server returned 5XX Server Error reply'), 'refused');
  t.equal(codeOf('method SETUP failed: 453 Not Enough Bandwidth'), 'refused');
  t.equal(
    codeOf('method SETUP failed: 461 Unsupported transport\npipe:0: Protocol not supported'),
    'transport-refused',
  );
  t.equal(codeOf('Output file #0 does not contain any stream'), 'no-decodable-video');
});
