import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OperatorError } from '../domain/errors.ts';
import { isOurHost } from '../live/guard.ts';
import { metricsOf } from './metrics.ts';
import { type Report, unready } from './report.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const MOST_CONNECTIONS = 16;

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const asJson = (status: number, body: object): Reply => ({
  status,
  type: JSON_TYPE,
  text: `${JSON.stringify(body)}\n`,
});

async function reply(url: string | undefined, report: Report): Promise<Reply> {
  switch (url) {
    case '/livez':
      return asJson(report.stuck === undefined ? 200 : 503, {
        live: report.stuck === undefined,
        ...(report.stuck === undefined ? {} : { stuck: report.stuck }),
      });
    case '/readyz': {
      const reasons = unready(report);
      const { capture, cameras } = report.health;
      const states = cameras.map(({ id, state, code }) => ({
        id,
        state,
        ...(code === undefined ? {} : { code }),
      }));
      return asJson(reasons.length === 0 ? 200 : 503, {
        ready: reasons.length === 0,
        reasons,
        capture,
        broker: report.broker,
        cameras: states,
      });
    }
    case '/metrics': {
      const { type, text } = await metricsOf(report);
      return { status: 200, type, text };
    }
    default:
      return { status: 404, type: JSON_TYPE, text: '{"paths":["/livez","/readyz","/metrics"]}\n' };
  }
}

/** `/livez`, `/readyz` and `/metrics` over HTTP, on loopback. It reads, and nobody can change anything over it. */
export class Endpoint implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @throws OperatorError health-port (exit code 4) */
  static async open(
    { address, port }: { readonly address: string; readonly port: number },
    report: () => Report,
  ): Promise<Endpoint> {
    const server = createServer(
      { requestTimeout: 10_000, headersTimeout: 5_000 },
      (request, response) => void serve(request, response, report),
    );
    server.maxConnections = MOST_CONNECTIONS;
    try {
      server.listen(port, address);
      await once(server, 'listening');
    } catch (cause) {
      throw new OperatorError(
        'environment',
        'health-port',
        `Health cannot be told on ${address} port ${port} (${(cause as NodeJS.ErrnoException).code}).`,
        { remedy: 'Choose another health.http.port.', cause },
      );
    }
    return new Endpoint(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  report: () => Report,
): Promise<void> {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  // A page in a browser on this machine must not read it under a name of its own (DNS rebinding).
  const { status, type, text } = !isOurHost(request.headers)
    ? asJson(403, { error: 'loopback only' })
    : isRead
      ? await reply(request.url, report())
      : asJson(405, { error: 'GET only' });
  response
    .writeHead(status, {
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(text),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    })
    .end(request.method === 'HEAD' ? undefined : text);
}
