import t from 'tap';
import { canonical } from '../../agent/domain/canonical.ts';

t.test('the example of RFC 8785, 3.2.3 and 3.2.2', async (t) => {
  const value = JSON.parse(
    String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
      "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
  );
  t.equal(
    canonical(value),
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

t.test('keys in the order of their UTF-16 code units', async (t) => {
  const keys = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
  t.equal(
    canonical(Object.fromEntries(keys.map((key) => [key, 0]))),
    '{"\\r":0,"1":0,"\u0080":0,"\u00f6":0,"\u20ac":0,"\u{1f600}":0,"\ufb33":0}',
  );
});

t.test('what is undefined is left out; what JSON cannot hold is refused', async (t) => {
  t.equal(canonical({ b: undefined, a: [] }), '{"a":[]}');
  t.equal(canonical(-0), '0');
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00x': 1 }])
    t.throws(() => canonical(value), TypeError);
});
