// A subscriber trusts nobody's types, and a malformed message may well throw here: the demo then shows it.
// biome-ignore lint/suspicious/noExplicitAny: JSON from the wire
type Json = Record<string, any>;

/** A message as one readable line. */
export function lineFor(topic: string, message: unknown, now: Date): string {
  const time = now.toTimeString().slice(0, 8);
  const body = message as Json;
  if (topic.endsWith('/signal')) return `${time}  signal  ${signalText(body)}`;
  if (topic.endsWith('/health')) return `${time}  health  ${healthText(body)}`;
  if (topic.endsWith('/status'))
    return `${time}  status  ${body.node} is ${body.state}${captureText(body.capture)}`;
  if (topic.endsWith('/audit'))
    return `${time}  audit   entry ${body.seq}, ${String(body.hash).slice(0, 12)}…`;
  return `${time}  ${topic}`;
}

const captureText = (capture: Json | undefined): string =>
  capture === undefined ? '' : `, ${capture.state}`;

function signalText(body: Json): string {
  const window = `${clock(body.window.start)}-${clock(body.window.end)}`;
  const head = `${String(body.zone).padEnd(12)} ${window}`;
  const model = body.model.trained ? `model ${body.model.evidence}` : 'model UNTRAINED';
  if (body.state === 'withheld') return `${head}  withheld: ${body.reason}  [${model}]`;
  const counts = Object.entries(body.slots as Record<string, number>)
    .map(([label, count]) => `${label} ${String(count).padStart(2)}`)
    .join('  ');
  const where = body.regions === undefined ? '' : regionsText(body.regions.slots);
  const { mechanism, interval95 } = body.noise;
  const noise = mechanism === 'none' ? 'no noise (demo)' : `+-${interval95} at 95 %`;
  return `${head}  ${counts}${where}  slots of ${body.slotSeconds} s, ${noise}  [${model}]`;
}

/** Where on the face events were; what is zero is left out. */
function regionsText(slots: Record<string, number>): string {
  const some = Object.entries(slots).filter(([, count]) => count !== 0);
  return some.length === 0 ? '' : `  (${some.map(([region, count]) => `${region} ${count}`).join(', ')})`;
}

function healthText(body: Json): string {
  const cameras = (body.cameras as Json[])
    .map(({ id, state, code, fps }) => `${id} ${state}${code === undefined ? '' : ` (${code})`} ${fps} fps`)
    .join(', ');
  return `${cameras}; provider ${body.provider ?? 'not known yet'}; ${body.memoryMb} MB`;
}

const clock = (iso: string): string => new Date(iso).toTimeString().slice(0, 8);
