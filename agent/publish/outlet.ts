import type { Publisher } from './publisher.ts';
import type { EdgeNode } from './sparkplug/edge-node.ts';

/** What the supervisor speaks through. */
export type Outlet = Pick<Publisher, 'signal' | 'capture' | 'auditHead' | 'answer' | 'health' | 'condition'> &
  AsyncDisposable;

/** Both at once: a signal is delivered when both have handed it over, and until then the ledger holds it. */
export function together(publisher: Publisher, edgeNode: EdgeNode): Outlet {
  return {
    signal(signal, onDelivered) {
      let owed = 2;
      const delivered = () => {
        if (--owed === 0) onDelivered?.();
      };
      publisher.signal(signal, delivered);
      edgeNode.signal(signal, delivered);
    },
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
    async [Symbol.asyncDispose]() {
      await Promise.all([publisher[Symbol.asyncDispose](), edgeNode[Symbol.asyncDispose]()]);
    },
  };
}
