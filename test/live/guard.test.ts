import t from 'tap';
import { isOurHost, isOurPage } from '../../agent/live/guard.ts';

t.test('only names of loopback are ours, at whatever port a tunnel has', async (t) => {
  for (const host of ['127.0.0.1', '127.0.0.1:8790', 'localhost:9000', '[::1]:8790'])
    t.ok(isOurHost({ host }), host);
  for (const host of [
    'evil.example',
    'evil.example:8790',
    '127.0.0.1.evil.example:8790',
    'localhost.evil.example',
    '10.0.0.7:8790',
    '127.0.0.1:8790@evil.example',
    '0.0.0.0:8790',
    '',
  ])
    t.notOk(isOurHost({ host }), host);
  t.notOk(isOurHost({}), 'none');
});

t.test('only our own page may open the socket', async (t) => {
  const host = '127.0.0.1:8790';
  t.ok(isOurPage({ host, origin: 'http://127.0.0.1:8790' }));
  for (const origin of [
    'http://127.0.0.1:8791',
    'http://localhost:8790',
    'https://127.0.0.1:8790',
    'http://evil.example',
    'null',
    'http://127.0.0.1:8790/',
  ])
    t.notOk(isOurPage({ host, origin }), origin);
  t.notOk(isOurPage({ host }), 'a program that is no browser says none');
});
