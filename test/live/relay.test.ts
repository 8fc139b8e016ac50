import t from 'tap';
import { MOST_WAITING, Relay } from '../../agent/live/relay.ts';

t.test('a viewer that does not keep up is dropped, once', async (t) => {
  const outlet = {
    bufferedAmount: 0,
    got: 0,
    send({ length }: Uint8Array) {
      this.got += length;
    },
  };
  let slow = 0;
  const relay = new Relay(outlet, () => slow++);
  relay.send(Buffer.alloc(10));
  outlet.bufferedAmount = MOST_WAITING;
  relay.send(Buffer.alloc(10));
  t.same([outlet.got, slow], [20, 0], 'a little late is not too late');
  outlet.bufferedAmount = MOST_WAITING + 1;
  relay.send(Buffer.alloc(10));
  relay.send(Buffer.alloc(10));
  outlet.bufferedAmount = 0;
  relay.send(Buffer.alloc(10));
  t.same([outlet.got, slow], [20, 1]);
});
