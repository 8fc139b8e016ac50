// Keeps what the cards need: the newest word of each node, the last windows of each zone, and what never came of it.
const MOST_WINDOWS = 96;
const MOST_GAPS = 20;
const known = context.get('known') ?? { nodes: {}, zones: {} };
const [, root, node_, rest] = /^(.*\/micron-edge\/([^/]+))\/(.+)$/.exec(msg.topic) ?? [];
const body = msg.payload;
if (root === undefined || typeof body !== 'object' || body === null) return null;

known.nodes[root] ??= { root, node: node_ };
if (rest === 'status' || rest === 'health') known.nodes[root][rest] = body;
else if (rest === 'command/answer') known.nodes[root].answer = body;
else {
  known.zones[`${root} ${body.zone}`] ??= { node: node_, zone: body.zone, windows: [], gaps: [] };
  const zone = known.zones[`${root} ${body.zone}`];
  // At least once: what comes again replaces itself; a gap may have grown.
  if (rest.endsWith('/gap')) zone.gaps = [...zone.gaps.filter(({ id }) => id !== body.id), body].slice(-MOST_GAPS);
  else {
    zone.windows = zone.windows.filter(({ window }) => window.start !== body.window.start);
    zone.windows.push(body);
    zone.windows.sort((a, b) => a.window.start.localeCompare(b.window.start));
    zone.windows = zone.windows.slice(-MOST_WINDOWS);
  }
}
context.set('known', known);
const sorted = (of, by) => Object.values(of).sort((a, b) => by(a).localeCompare(by(b)));
const withWindows = Object.values(known.zones).filter(({ windows }) => windows.length > 0);
const zones = sorted(withWindows, ({ node: of, zone }) => `${of}/${zone}`);
return [
  { payload: { zones, evidence: [...new Set(zones.map(({ windows }) => windows.at(-1).model.evidence))] } },
  { payload: { nodes: sorted(known.nodes, ({ root: of }) => of) } },
];
