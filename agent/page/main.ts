import { loadAssets } from './assets.ts';
import { Board } from './board.ts';
import { type FromPage, type ToPage, toPage } from './messages.ts';
import { PageServer } from './server.ts';
import { Sessions } from './sessions.ts';

/** How often refused logins are told. */
const DENIED_MS = 60_000;

const [root] = process.argv.slice(2);
if (root === undefined) throw new Error('usage: main ROOT');

const tell = (message: FromPage): void => {
  if (process.connected) process.send!(message);
};

let board: Board | undefined;
let server: PageServer | undefined;

async function open(message: Extract<ToPage, { type: 'open' }>): Promise<void> {
  const { address, port, origin, tokenSha256, place, history } = message;
  const sessions = new Sessions(tokenSha256, () => performance.now());
  board = new Board(place, history);
  server = new PageServer({
    assets: await loadAssets(root!),
    board,
    sessions,
    origin,
    command: (command, id) => tell({ type: 'command', command, id }),
  });
  // The system looks up the time zone at its first use; from here on nothing opens a file any more.
  new Date().getHours();
  await server.listen(address, port);
  tell({ type: 'listening' });
  setInterval(() => {
    const times = sessions.takeDenied();
    if (times > 0) tell({ type: 'denied', times });
  }, DENIED_MS);
}

process.on('message', (raw) => {
  // It comes from our own supervisor; what does not fit is a defect, and this process then ends and is started again.
  const message = toPage.parse(raw);
  if (message.type === 'open')
    open(message).catch((error: NodeJS.ErrnoException) => {
      tell({ type: 'failed', code: error.code ?? error.name });
      setTimeout(() => process.exit(1), 100);
    });
  else if (message.type === 'answer') {
    const { id, accepted, reason } = message;
    server?.answer(id, { accepted, reason });
  } else if (board !== undefined) {
    const news = board.hear(message);
    server?.tell(news);
  }
});
process.on('disconnect', () => process.exit(0));
// The supervisor decides when it ends, also when a terminal signals the whole group.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
