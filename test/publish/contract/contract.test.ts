import { Parser } from '@asyncapi/parser';
import t from 'tap';
import { parse } from 'yaml';
import { examplesOf } from '../../../agent/publish/contract/examples.ts';
import { contractFiles } from '../../../agent/publish/contract/files.ts';
import { NAMES } from '../../../agent/publish/contract/json-schemas.ts';
import { rootOf, TOPICS } from '../../../agent/publish/topics.ts';
import { compile, contractFile, faultOf } from '../../support/contract.ts';

t.test('what is made from the message schemas is current', async (t) => {
  for (const [name, text] of contractFiles())
    t.ok(contractFile(name) === text, `agent/publish/contract/${name}: renew it with: npm run schemas`);
});

/** What AsyncAPI's own parser and its Spectral rules have to say. */
async function judged(text: string) {
  const { document, diagnostics } = await new Parser().parse(text);
  // It would have everybody write by the newest version of the specification, which few tools read yet.
  const told = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
  return { document, codes: told.map(({ code, path }) => `${code} ${path.join('.')}`) };
}

t.test("AsyncAPI's own parser finds nothing to say", async (t) => {
  const { document, codes } = await judged(contractFile('asyncapi.yaml'));
  t.same(codes, []);
  const root = rootOf({ baseTopic: '{baseTopic}', node: '{node}' });
  t.same(
    document!
      .channels()
      .all()
      .map((channel) => channel.address()),
    NAMES.map((name) => `${root}/${TOPICS[name].path}`),
  );
  t.same(
    document!
      .operations()
      .filterByReceive()
      .map((operation) => [operation.id(), operation.reply()?.channel()?.id()]),
    [['command', 'answer']],
    'all that it listens to',
  );
});

t.test('and it would say so', async (t) => {
  const text = contractFile('asyncapi.yaml');
  for (const [right, wrong] of [
    ['qos: 1', 'qos: 3'],
    ['#/channels/answer', '#/channels/nowhere'],
    ['action: receive', 'action: listen'],
  ] as const) {
    t.ok(text.includes(right));
    t.not((await judged(text.replace(right, wrong))).codes.length, 0, wrong);
  }
});

t.test('the examples in the document are what its schemas say', async (t) => {
  const { components } = parse(contractFile('asyncapi.yaml')) as {
    components: {
      messages: Record<
        string,
        { payload: { schema: object }; examples: { name: string; payload: object }[] }
      >;
    };
  };
  for (const [id, { payload, examples }] of Object.entries(components.messages)) {
    const validate = compile(payload.schema);
    t.ok(examples.length > 0, id);
    for (const example of examples) t.ok(validate(example.payload), `${id}: ${example.name}`);
  }
});

/** `value` with one thing wrong each, at every depth. */
function* spoilt(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [i, inner] of value.entries()) for (const bad of spoilt(inner)) yield value.with(i, bad);
    yield Object.fromEntries(value.entries());
  } else if (typeof value === 'object' && value !== null) {
    yield { ...value, track: 7 };
    for (const [key, inner] of Object.entries(value)) {
      const { [key as never]: _, ...less } = value;
      yield less;
      for (const bad of spoilt(inner)) yield { ...value, [key]: bad };
    }
  } else {
    yield null;
    yield typeof value === 'string' ? 7 : 'seven';
    yield typeof value === 'string' ? '' : [value];
    if (typeof value === 'number') yield value + 0.5;
  }
}

t.test('Ajv and the schemas of the code agree on every message, right or spoilt', async (t) => {
  for (const name of NAMES) {
    let judged = 0;
    for (const { payload } of examplesOf(name)) {
      t.equal(faultOf(name, payload), undefined, name);
      for (const bad of spoilt(payload)) {
        judged++;
        const ours = TOPICS[name].schema.safeParse(bad).success;
        if ((faultOf(name, bad) === undefined) !== ours)
          t.fail(`${name}: ${ours ? 'only Ajv refuses' : 'only Ajv takes'} ${JSON.stringify(bad)}`);
      }
    }
    t.ok(judged > 10, `${name}: ${judged} spoilt ones`);
  }
});
