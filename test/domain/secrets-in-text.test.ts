import t from 'tap';
import { withoutSecrets } from '../../agent/domain/secrets-in-text.ts';

t.test('values of keys that name a credential', async (t) => {
  const cases: readonly [string, string][] = [
    ['rtsp://h/s?user=admin&password=hunter2&channel=1', 'rtsp://h/s?user=***&password=***&channel=1'],
    ['rtsp://h/s?channel=1&PWD=hunter2', 'rtsp://h/s?channel=1&PWD=***'],
    ['rtsp://h/s?usr=a&pass=b/c?d=e#f', 'rtsp://h/s?usr=***&pass=***'],
    ['rtsp://h/s?access_token=hunter2', 'rtsp://h/s?access_token=***'],
    ['rtsp://h/s?%70assword=hunter2', 'rtsp://h/s?%70assword=***'],
    ['rtsp://h/s?auth[key]=hunter2&x=1', 'rtsp://h/s?auth[key]=***&x=1'],
    ['rtsp://h:554/user=admin_password=hunter2_channel=1_stream=0.sdp', 'rtsp://h:554/user=***'],
    ['rtsp://h/channel=1_password=hunter2', 'rtsp://h/channel=1_password=***'],
    ['rtsp://h/s?password=', 'rtsp://h/s?password=***'],
    ['rtsp://admin:hunter2@h/s', 'rtsp://***@h/s'],
    ["rtsp://h/s?pwd=hunter'2: Connection refused", 'rtsp://h/s?pwd=*** Connection refused'],
    ['rtsp://h/s?a=rtsp://x?token=hunter2', 'rtsp://h/s?a=rtsp://x?token=***'],
  ];
  for (const [text, clean] of cases) t.equal(withoutSecrets(text), clean);
});

t.test('what holds none stays as it is', async (t) => {
  for (const text of [
    'rtsp://10.0.0.1:554/Streaming/Channels/102',
    'rtsp://h/cam/realmonitor?channel=1&subtype=0',
    'file:///recordings/a=b.mp4',
    'Signs at doors P2 and P4; intranet page "Cameras in the press shop"',
    '',
  ])
    t.equal(withoutSecrets(text), text);
});
