import t from 'tap';
import { digestParameters, digestResponse } from './digest.ts';

/** RFC 2617, 3.5. */
const EXAMPLE = {
  algorithm: 'MD5' as const,
  username: 'Mufasa',
  realm: 'testrealm@host.com',
  password: 'Circle Of Life',
  method: 'GET',
  uri: '/dir/index.html',
  nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
};

t.test('the example of RFC 2617, 3.5', async (t) => {
  const response = digestResponse({
    ...EXAMPLE,
    protection: { qop: 'auth', nc: '00000001', cnonce: '0a4f113b' },
  });
  t.equal(response, '6629fae49393a05397450978507c4ef1');
});

t.test('the same without qop, as RFC 2069 has it', async (t) => {
  const response = digestResponse(EXAMPLE);
  t.equal(response, '670fd8c2df070c60b045671b8b24ff02');
});

t.test('the example of RFC 7616, 3.9.1, with both algorithms', async (t) => {
  const response = (algorithm: 'MD5' | 'SHA-256') =>
    digestResponse({
      algorithm,
      username: 'Mufasa',
      realm: 'http-auth@example.org',
      password: 'Circle of Life',
      method: 'GET',
      uri: '/dir/index.html',
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      protection: { qop: 'auth', nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
    });
  t.equal(response('MD5'), '8ca523f5e9506fed4657c9700eebdbec');
  t.equal(response('SHA-256'), '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1');
});

t.test('parameters, quoted or not, with commas inside', async (t) => {
  t.same(
    [...digestParameters('username="a, \\"b\\"", nc=00000001,qop=auth , URI="rtsp://h/p?a=1,2"')],
    [
      ['username', 'a, "b"'],
      ['nc', '00000001'],
      ['qop', 'auth'],
      ['uri', 'rtsp://h/p?a=1,2'],
    ],
  );
});
