import type { Publisher } from './publisher.ts';
import type { EdgeNode } from './sparkplug/edge-node.ts';

/** What the supervisor speaks through. */
export type Outlet = Pick<
  Publisher,
  | 'signal'
  | 'resume'
  | 'expire'
  | 'plant'
  | 'reloaded'
  | 'capture'
  | 'auditHead'
  | 'answer'
  | 'renew'
  | 'health'
  | 'condition'
> &
  AsyncDisposable;

/** Both at once, each with a queue of its own; the ledger holds a signal until both have handed it over. */
export function together(publisher: Publisher, edgeNode: EdgeNode): Outlet {
  return {
    signal(message) {
      publisher.signal(message);
      edgeNode.signal(message);
    },
    resume(kept) {
      publisher.resume(kept);
      edgeNode.resume(kept);
    },
    expire() {
      publisher.expire();
      edgeNode.expire();
    },
    plant(plant) {
      publisher.plant(plant);
      edgeNode.plant(plant);
    },
    reloaded: (reload) => publisher.reloaded(reload),
    capture(capture) {
      publisher.capture(capture);
      edgeNode.capture(capture);
    },
    health(body) {
      publisher.health(body);
      edgeNode.health(body);
    },
    get condition() {
      return publisher.condition;
    },
    auditHead: (head) => publisher.auditHead(head),
    answer: (body) => publisher.answer(body),
    async renew(connection) {
      await Promise.all([publisher.renew(connection), edgeNode.renew(connection)]);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([publisher[Symbol.asyncDispose](), edgeNode[Symbol.asyncDispose]()]);
    },
  };
}
