import t from 'tap';
import { factsOf } from '../../agent/privacy/papers/facts.ts';
import { html } from '../../agent/privacy/papers/html.ts';
import { paper } from '../../agent/privacy/papers/language.ts';
import { markdown } from '../../agent/privacy/papers/markdown.ts';
import { configOf, good } from '../config/written.ts';
import { FULL, facts, HASH, KINDS, model, ODD, REGIONS_ON, readings, SPOKEN, TODAY } from './plant.ts';

const full = await facts();

t.test('every zone, opt-out area and reference is on every paper', async (t) => {
  for (const { text, name, language } of readings(full)) {
    const said = [
      ODD.zone,
      'tiny',
      'assembly',
      ODD.area,
      'Corridor',
      'Acme & Sons',
      'Dr. Duda, room 7',
      'Art. 6(1)(c) GDPR with section 3 of the safety act',
      'id=DPIA-77',
      'Works agreement 2026/07',
      'Door P2 and intranet',
      '06:10',
      '21:50',
      'Europe/Berlin',
      '37',
      '123',
      'micron-bert-edge 9.8.7',
      ...(language === 'en' ? ['6 May 2031', '4 March 2030'] : ['2031年5月6日', '2030年3月4日']),
      ...(language === 'en' ? ['20 minutes', 'UNTRAINED'] : ['20分', '未学習']),
      full.fingerprint.slice(0, 16),
    ];
    for (const words of said) t.ok(text.includes(words), `${name}: ${words}`);
  }
});

t.test('a live view is on the papers for those who negotiate, where there is one', async (t) => {
  const words = { en: /[Ll]ive view.*17 minutes/s, ja: /ライブ表示.*17分/s };
  const open = await facts(['node: {', 'live: {maxMinutes: 17}\nnode: {']);
  for (const { text, name, language, kind } of readings(open))
    t.equal(words[language].test(text), kind !== 'notice', name);
  for (const { text, name, language } of readings(full))
    t.notOk(/[Ll]ive view|ライブ表示/.test(text), `${name} ${language}`);
});

t.test('what the page keeps is on every paper, where there is a page that keeps something', async (t) => {
  const words = { en: /29 hours|29 h\./, ja: /29時間/ };
  const page = 'page: {tokenFile: /run/secret-page}\nnode: {';
  const hours = (n: number) => ['retention: {', `retention: {pageHours: ${n}, `] as const;
  for (const { text, name, language } of readings(await facts(['node: {', page], hours(29))))
    t.match(text, words[language], name);
  for (const without of [await facts(hours(29)), await facts(['node: {', page], hours(0))])
    for (const { text, name } of readings(without)) {
      t.notMatch(text, /\b29 ?h|29時間/, name);
      t.notMatch(text, /local page|装置のページ|charts on the device|グラフ/, name);
    }
});

t.test('nothing secret is on any of them, nor where a camera is', async (t) => {
  for (const { text, name } of readings(full))
    for (const secret of [
      ODD.secret,
      'secret-user',
      'secret-mqtt',
      'secret-camera',
      'secret-path',
      '10.20.30',
      'rtsp:',
    ])
      t.notOk(text.includes(secret), `${name}: ${secret}`);
  t.ok(FULL.includes(ODD.secret), 'though it is in the configuration');
});

t.test('what has no name, or is not said, is a blank that shows', async (t) => {
  const blanks = { en: 'to be filled in', ja: '要記入' };
  const bare = factsOf(await configOf(good()), model('none'), TODAY);
  for (const { text, name, language, kind } of readings(full)) {
    t.ok(text.includes(blanks[language]), `${name}: the area without a name, or what is to be assessed`);
    if (kind === 'notice') t.ok(text.includes(language === 'en' ? 'area 1 (no. 1' : '除外区域1（'), name);
  }
  for (const { text, name, language } of readings(bare))
    t.ok(text.split(blanks[language]).length - 1 >= 5, `${name}: controller, contact, papers`);
  t.match(html(paper('notice', 'en', bare)), /<mark>to be filled in: name of the company<\/mark>/);
  t.match(markdown(paper('notice', 'ja', bare)), /\*\*\\\[ 要記入：事業者名 \\\]\*\*/);
});

t.test('what the model rests on is said plainly', async (t) => {
  const config = await configOf(FULL);
  const evidence = [
    [model('none'), 'UNTRAINED: its figures mean nothing', '未学習であり、出力される数値に意味はありません'],
    [model('synthetic'), 'SYNTHETIC (computer-drawn) faces only', '合成画像'],
    [model('real', ['plant study 3']), 'validated on: plant study 3', '検証に用いたデータ：plant study 3'],
  ] as const;
  for (const [given, en, ja] of evidence)
    for (const { text, name, language } of readings(factsOf(config, given, TODAY)))
      t.ok(text.includes(language === 'en' ? en : ja), `${name}: ${given.manifest.evidence}`);
});

t.test('a configuration that would be refused makes drafts that say why', async (t) => {
  const expired = factsOf(await configOf(FULL), model('none'), new Date('2031-05-08T00:00:00Z'));
  t.same(expired.refusals, ['dpia-expired', 'agreement-expired']);
  for (const { text, name, language } of readings(expired)) {
    const words =
      language === 'en'
        ? ['DRAFT', 'assessment has expired']
        : ['【案】', '影響評価の有効期限が切れています'];
    for (const word of words) t.ok(text.includes(word), `${name}: ${word}`);
  }
  for (const { text, name } of readings(full)) t.notMatch(text, /DRAFT|【案】/, name);
});

t.test('each speaks of the law of the place', async (t) => {
  const laws = {
    EU: { has: [/(Art\. |第)5(条第1項)?\(?1?\)?\(f\)/, /GDPR/], lacks: /APPI|個人情報保護法/ },
    JP: {
      has: [/APPI|個人情報保護法/, /\b21 \(notice\)|Art\. 21|第21条/],
      lacks: /GDPR, |GDPR第|AI Act|AI規則/,
    },
    US: { has: [], lacks: /GDPR, |GDPR第|APPI|個人情報保護法|AI Act|AI規則/ },
  };
  for (const [jurisdiction, { has, lacks }] of Object.entries(laws)) {
    const given = await facts(['jurisdiction: EU', `jurisdiction: ${jurisdiction}`]);
    for (const { text, name, kind } of readings(given)) {
      t.notMatch(text, lacks, `${jurisdiction}, ${name}`);
      if (kind !== 'notice') for (const law of has) t.match(text, law, `${jurisdiction}, ${name}: ${law}`);
    }
    for (const language of SPOKEN)
      if (jurisdiction === 'EU') {
        const { subtitle } = paper('notice', language, given);
        t.match(subtitle, /(Art\. |第)50(条第3項|\(3\))/);
        t.match(subtitle, /(Art\. |第)13/);
      }
  }
});

t.test('every paper says that it is a template and no legal advice', async (t) => {
  for (const { text, name, language } of readings(full))
    t.ok(
      text.includes(language === 'en' ? 'A template and no legal advice' : '法的助言ではありません'),
      name,
    );
});

t.test('the limits are said: assumption, day, label, group', async (t) => {
  for (const kind of ['datasheet', 'dpia'] as const)
    for (const language of SPOKEN) {
      const text = JSON.stringify(paper(kind, language, full));
      // epsilon 0.5: e^0.5, and e^1 for a label; 16 a day is 10^6.
      for (const number of ['1.65', '2.7', '10⁶', '16', '12'])
        t.ok(text.includes(number), `${kind}, ${language}: ${number}`);
      t.ok(text.includes('± 72') || text.includes('±72'), `${kind}, ${language}: the interval`);
      t.match(text, /protects nobody by itself|by itself protects nobody|それ自体では保護にならない/);
    }
  const demo = factsOf(
    await configOf(good(['cameras:', 'aggregation: {noise: none}\ncameras:'])),
    model('none'),
    TODAY,
  );
  for (const { text, name } of readings(demo)) {
    t.match(text, /demonstration|実演/, `${name}: no noise`);
    t.notMatch(text, /random number:|noised counts|乱数を加えた(4つの)?件数/, `${name}: and none is claimed`);
  }
});

t.test('HTML: one file that needs nothing from elsewhere, and text stays text', async (t) => {
  for (const kind of KINDS)
    for (const language of SPOKEN) {
      const page = html(paper(kind, language, full));
      const name = `${kind}, ${language}`;
      t.ok(page.startsWith('<!DOCTYPE html>') && page.includes(`<html lang="${language}">`), name);
      t.notMatch(page, /<script|<link|<img|<iframe|@import|url\((?!#)|\ssrc=|\shref=/i, name);
      t.notMatch(
        page.replaceAll(/<code>[^<]*<\/code>/g, ''),
        /<b>|<2>/,
        `${name}: not from the configuration`,
      );
      t.match(page, /@page \{ size: A4/, name);
      t.ok(Buffer.byteLength(page) < 60_000, `${name}: light`);
    }
});

t.test('Markdown: tables keep their columns whatever a name holds', async (t) => {
  for (const kind of KINDS)
    for (const language of SPOKEN) {
      const lines = markdown(paper(kind, language, full)).split('\n');
      let columns: number | undefined;
      for (const line of lines) {
        const cells = line.startsWith('|') ? line.replaceAll('\\|', '').split('|').length : undefined;
        if (cells !== undefined && columns !== undefined)
          t.equal(cells, columns, `${kind}, ${language}: ${line}`);
        columns = cells;
      }
    }
});

t.test('the picture shows each zone and area', async (t) => {
  const page = html(paper('dpia', 'en', full));
  t.equal(page.match(/<polygon /g)?.length, 3 + 3);
  t.equal(page.match(/<figure>/g)?.length, 2);
});

t.test('names of models and hashes are those of the manifest', async (t) => {
  const text = markdown(paper('dpia', 'en', full));
  t.ok(text.includes(HASH) && text.includes('drawn by hand'));
});

t.test(
  'regions of the face: said on every paper where they are released, and with what both cost',
  async (t) => {
    const on = await facts(REGIONS_ON);
    const word = /region of the face|where on the face|顔の部位/;
    for (const { text, name } of readings(full)) t.notMatch(text, word, `${name}: off`);
    for (const { text, name, kind } of readings(on)) {
      t.match(text, word, `${name}: on`);
      // 0.5 and 0.25: e^0.75, and e^1.5 for what was seen in a face; 16 a day pay for 21 windows.
      if (kind !== 'notice')
        for (const number of ['0.75', '2.1', '4.5', '144']) t.ok(text.includes(number), `${name}: ${number}`);
    }
  },
);
