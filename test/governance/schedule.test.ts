import t from 'tap';
import { isOpen, type Schedule } from '../../agent/governance/schedule.ts';

const berlin = (...hours: Schedule['hours']): Schedule => ({ timeZone: 'Europe/Berlin', hours });
const open = (schedule: Schedule, at: string) => isOpen(schedule, new Date(at));
const EVERY_DAY: Schedule['hours'][number]['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

t.test('no schedule is always', async (t) => {
  t.equal(isOpen(undefined, new Date(0)), true);
});

t.test('a day shift: from inclusive, to exclusive, on its days', async (t) => {
  const shift = berlin({ days: ['mon', 'tue'], from: '06:00', to: '14:00' });
  // 2026-11-23 is a Monday; Berlin is one hour ahead of UTC in winter.
  const cases: readonly [string, boolean][] = [
    ['2026-11-23T04:59:59Z', false],
    ['2026-11-23T05:00:00Z', true],
    ['2026-11-23T12:59:59.999Z', true],
    ['2026-11-23T13:00:00Z', false],
    ['2026-11-24T05:00:00Z', true],
    ['2026-11-25T05:00:00Z', false],
    ['2026-11-22T10:00:00Z', false],
  ];
  for (const [at, expected] of cases) t.equal(open(shift, at), expected, at);
});

t.test('a night shift belongs to the day on which it begins', async (t) => {
  const night = berlin({ days: ['sun'], from: '22:00', to: '06:00' });
  const cases: readonly [string, boolean][] = [
    ['2026-11-22T20:59:00Z', false],
    ['2026-11-22T21:00:00Z', true],
    ['2026-11-22T23:00:00Z', true],
    ['2026-11-23T04:59:00Z', true],
    ['2026-11-23T05:00:00Z', false],
    ['2026-11-22T01:00:00Z', false],
    ['2026-11-23T21:00:00Z', false],
  ];
  for (const [at, expected] of cases) t.equal(open(night, at), expected, at);
});

t.test('equal times are a whole day, from then', async (t) => {
  const day = berlin({ days: ['mon'], from: '06:00', to: '06:00' });
  t.equal(open(day, '2026-11-23T04:59:00Z'), false);
  t.equal(open(day, '2026-11-23T05:00:00Z'), true);
  t.equal(open(day, '2026-11-24T04:59:00Z'), true);
  t.equal(open(day, '2026-11-24T05:00:00Z'), false);
});

t.test('the day is the plant’s, not that of UTC', async (t) => {
  const tokyo: Schedule = { timeZone: 'Asia/Tokyo', hours: [{ days: ['mon'], from: '06:00', to: '08:00' }] };
  t.equal(open(tokyo, '2026-11-22T21:30:00Z'), true, 'Sunday in UTC, Monday in Tokyo');
  t.equal(open(tokyo, '2026-11-23T21:30:00Z'), false);
});

t.test('midnight is 00:00', async (t) => {
  const early: Schedule = { timeZone: 'UTC', hours: [{ days: ['mon'], from: '00:00', to: '00:01' }] };
  t.equal(open(early, '2026-11-23T00:00:30Z'), true);
  t.equal(open(early, '2026-11-23T00:01:00Z'), false);
  t.equal(open(early, '2026-11-22T00:00:30Z'), false);
});

t.test('a shift begins at its time on the wall in summer and in winter', async (t) => {
  const shift = berlin({ days: EVERY_DAY, from: '06:00', to: '14:00' });
  t.equal(open(shift, '2026-07-01T04:00:00Z'), true);
  t.equal(open(shift, '2026-07-01T03:59:00Z'), false);
  t.equal(open(shift, '2026-12-01T04:00:00Z'), false);
  t.equal(open(shift, '2026-12-01T05:00:00Z'), true);
});

t.test('the hour that is skipped does not come, the one that is repeated counts twice', async (t) => {
  const small = berlin({ days: EVERY_DAY, from: '02:00', to: '03:00' });
  const minutes = (from: string) => {
    let count = 0;
    for (let i = 0; i < 6 * 60; i++) if (isOpen(small, new Date(Date.parse(from) + i * 60_000))) count++;
    return count;
  };
  t.equal(minutes('2026-03-28T22:00:00Z'), 0, 'put forward on 29 March 2026');
  t.equal(minutes('2026-10-24T22:00:00Z'), 120, 'put back on 25 October 2026');
  t.equal(minutes('2026-11-23T22:00:00Z'), 60, 'any other night');
});

t.test('spans add up', async (t) => {
  const two = berlin(
    { days: ['mon'], from: '06:00', to: '08:00' },
    { days: ['mon'], from: '10:00', to: '12:00' },
  );
  t.same(
    ['06:30', '09:00', '11:00'].map((time) => open(two, `2026-11-23T${time}:00+01:00`)),
    [true, false, true],
  );
});
