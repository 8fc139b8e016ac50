// Keeps what the cards need: the newest word of each node, and the last windows of each zone.
const MOST_WINDOWS = 96;
const known = context.get('known') ?? { nodes: {}, zones: {} };
const [, root, node_, rest] = /^(.*\/micron-edge\/([^/]+))\/(.+)$/.exec(msg.topic) ?? [];
const body = msg.payload;
if (root === undefined || typeof body !== 'object' || body === null) return null;

known.nodes[root] ??= { root, node: node_ };
if (rest === 'status' || rest === 'health') known.nodes[root][rest] = body;
else if (rest === 'command/answer') known.nodes[root].answer = body;
else {
  known.zones[`${root} ${body.zone}`] ??= { node: node_, zone: body.zone, windows: [] };
  const zone = known.zones[`${root} ${body.zone}`];
  // At least once: a window that comes again replaces itself.
  zone.windows = zone.windows.filter(({ window }) => window.start !== body.window.start);
  zone.windows.push(body);
  zone.windows.sort((a, b) => a.window.start.localeCompare(b.window.start));
  zone.windows = zone.windows.slice(-MOST_WINDOWS);
}
context.set('known', known);
const sorted = (of, by) => Object.values(of).sort((a, b) => by(a).localeCompare(by(b)));
const zones = sorted(known.zones, ({ node: of, zone }) => `${of}/${zone}`);
return [
  { payload: { zones, evidence: [...new Set(zones.map(({ windows }) => windows.at(-1).model.evidence))] } },
  { payload: { nodes: sorted(known.nodes, ({ root: of }) => of) } },
];
