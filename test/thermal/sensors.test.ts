import t from 'tap';
import { readHeat } from '../../agent/thermal/sensors.ts';

/** A Jetson Orin, as its developer guide and its kernel describe it: throttled at 99, switched off at 104.5 degrees. */
const orin = (cpu: number, gpu: string, alert = 0) => ({
  thermal_zone0: {
    type: 'cpu-thermal\n',
    temp: `${cpu * 1000}\n`,
    trip_point_0_type: 'critical\n',
    trip_point_0_temp: '104500\n',
    trip_point_1_type: 'hot\n',
    trip_point_1_temp: '100000\n',
    trip_point_2_type: 'passive\n',
    trip_point_2_temp: '99000\n',
    trip_point_3_type: 'active\n',
    trip_point_3_temp: '45000\n',
    trip_point_4_type: 'passive\n',
    trip_point_4_temp: '-274000\n',
  },
  thermal_zone1: { type: 'gpu-thermal\n', ...(gpu === '' ? {} : { temp: `${gpu}\n` }) },
  cooling_device0: { type: 'pwm-fan\n', cur_state: '3\n' },
  cooling_device1: { type: 'cpu-throttle-alert\n', cur_state: `${alert}\n` },
});

t.test('the margin to where the kernel acts, not to where a fan starts', async (t) => {
  t.same(await readHeat(t.testdir(orin(62.25, ''))), { hottestC: 62.25, marginC: 36.75, throttled: false });
});

t.test('throttled by the kernel already; a fan is not that', async (t) => {
  t.match(await readHeat(t.testdir(orin(99.5, '', 1))), { marginC: -0.5, throttled: true });
});

t.test('the hottest zone, whatever some of them say', async (t) => {
  const folder = t.testdir({
    ...orin(41.5, '62250'),
    // A zone that is off, and one that answers nonsense.
    thermal_zone2: {},
    thermal_zone3: { temp: '-256000\n' },
  });
  t.match(await readHeat(folder), { hottestC: 62.25, marginC: 57.5 });
});

t.test('a machine without sensors, or none that may be seen', async (t) => {
  const none = { hottestC: undefined, marginC: undefined, throttled: false };
  t.same(await readHeat(t.testdir()), none);
  t.same(await readHeat('/nowhere'), none);
});

t.test('a sensor without trip points has no margin', async (t) => {
  const folder = t.testdir({
    thermal_zone0: { temp: '50000\n', trip_point_0_type: 'passive\n', trip_point_0_temp: '0\n' },
  });
  t.same(await readHeat(folder), { hottestC: 50, marginC: undefined, throttled: false });
});
