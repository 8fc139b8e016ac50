import type { Words } from './words.ts';

const weekdays = ['日', '月', '火', '水', '木', '金', '土'];
function date(iso: string): string {
  const [year, month, day] = iso.split('-').map(Number);
  const weekday = weekdays[new Date(`${iso}T00:00:00Z`).getUTCDay()];
  return `${year}年${month}月${day}日（${weekday}）`;
}

const digits = (share: number): string => {
  const text = (share * 100).toFixed(1);
  return text === '-0.0' ? '0.0' : text.replace('-', '−');
};
/** None for what is shown as zero. */
const sign = (share: number): string => (Math.abs(share) < 0.0005 ? '' : share > 0 ? '+' : '−');

/** In the largest unit in which it is at least one. */
function duration(ms: number): string {
  const units: readonly [string, number][] = [
    ['日', 86_400_000],
    ['時間', 3_600_000],
    ['分', 60_000],
    ['秒', 1000],
  ];
  for (const [unit, size] of units) if (ms >= size) return `${Number((ms / size).toFixed(1))}${unit}`;
  return '0秒';
}

export const ja: Words = {
  lang: 'ja',
  title: '実証結果報告書',
  period: (from, to, timeZone) => `${date(from)}～${date(to)}（${timeZone}）`,
  evidence: {
    none: 'モデルは未学習でした。数値に意味はありません。',
    synthetic:
      'モデルは合成画像（コンピューターで作成した顔）のみで学習及び評価されています。実在の人物について数値が意味を持つことは示されていません。数値の変化は、人の変化の証拠にはなりません。',
    real: 'モデルは実在の人物の映像で学習しています。対象データは説明書に記載されています。',
  },
  warnings: [
    '数値には、個人を保護するための乱数が加えられています。個人についての判断には決して用いないでください。',
    '公表される件数は平均して実際より多く、まれな表情の割合も高めに出ます。乱数を加えた合計が十分に大きい区間だけが公表されるためです。合計不足で非公表となった区間が多いほど、この偏りは大きくなります。',
  ],
  demo: '目的は実演です（実在の人物は対象としないか、乱数を加えていません）。',
  quantity: { negative: '否定的', positive: '肯定的', surprise: '驚き', any: 'いずれかの表情' },
  verdict: {
    reached: {
      word: '達成',
      means: '望んだ方向への変化が認められ、その大きさは意味があるとされた最小の変化以上です。',
    },
    smaller: {
      word: '変化はあるが小さい',
      means: '望んだ方向への変化が認められますが、推定値は意味があるとされた最小の変化に達していません。',
    },
    opposite: { word: '逆方向', means: '望んだ方向とは逆の変化が認められます。' },
    absent: {
      word: '変化なし',
      means: '変化は認められず、意味があるとされた大きさの変化は95%の信頼度で否定されます。',
    },
    undecided: {
      word: '判定できない',
      means:
        '変化は認められませんが、意味のある変化がないとも言えません。より多くの日数、人数、又はより小さい乱数が必要です。',
    },
    running: {
      word: '期間中',
      means:
        '変更後の期間が終わっていません。途中の数値は結果ではありません。何度も見れば、いつかは何かが見つかるためです。',
    },
    'not-comparable': {
      word: '比較できない',
      means: 'モデル、スロット又は集計区間が期間中に変わったため、割合の意味が異なります。',
    },
    'too-few-days': { word: '日数不足', means: '日数が少なく、どのような結果も偶然と区別できません。' },
    'no-data': { word: 'データなし', means: '変更の前後の両方に公表された区間のある曜日がありません。' },
  },
  defined: ({ when, clock }, at) => {
    const by = clock === 'recorder' ? '記録側の時計で確認' : '装置の時計のみ';
    switch (when) {
      case 'before-baseline':
        return `${at}に通知（${by}）。基準期間の開始前です。`;
      case 'before-change':
        return `${at}に通知（${by}）。基準期間の開始後、変更の前です。`;
      case 'after-change':
        return `${at}に通知（${by}）。変更の後であり、事前に定義されたものではありません。`;
      case 'never':
        return 'この記録の中で装置から通知されていません。事前に定義されたことは示されていません。';
    }
  },
  sections: {
    success: '事前に定義した成功の基準',
    sideBySide: '一覧',
    trends: '推移',
    coverage: '網羅状況',
    quality: 'データの品質',
    incidents: '発生事象',
    budget: 'プライバシー予算の使用',
    method: '数値の求め方',
    read: '読み込んだ記録',
  },
  kpi: {
    none: '設定に成功の基準（kpi）がないため、推移のみを示し、判定は行いません。',
    definedOn: (when, hash) => `作成者による日付は${when}、フィンガープリントは${hash}です。`,
    others: (list) => `この期間に、装置は別の定義でも稼働していました：${list}。`,
    goal: {
      decrease: (points) => `${points}以上の減少`,
      increase: (points) => `${points}以上の増加`,
      either: (points) => `方向を問わず${points}以上の変化`,
    },
    labels: {
      where: '対象',
      goal: '目標',
      before: '変更前',
      after: '変更後',
      change: '変化',
      p: '偶然の可能性',
      detectable: '検出できる変化',
      defined: '定義の時点',
      gate: '合計不足による非公表',
      axis: '変化（パーセントポイント）',
      verdict: '判定',
    },
    side: (share, from, to, days, windows) => `スロットの${share}、${from}～${to}：${days}日、${windows}区間`,
    change: (change, interval) =>
      interval === undefined ? `${change}（日数不足のため区間なし）` : `${change}（95%区間：${interval}）`,
    p: (p, adjusted, arrangements, drawn) =>
      `p = ${p}${adjusted === undefined || adjusted === p ? '' : `、全定義をまとめた補正後（Holm）${adjusted}`}、日の並べ替え${arrangements}通り（${drawn ? '無作為抽出' : '全数'}）`,
    gate: (before, after, unequal) =>
      `変更前${before}、変更後${after}${unequal ? '。差が大きいため、公表件数の偏りも前後で異なり、変化の一部はそれによる可能性があります' : ''}`,
  },
  columns: {
    site: '拠点',
    zone: '区域',
    people: '人数（申告）',
    windows: '区間',
    released: '公表',
    withheld: '非公表',
    missing: '受信なし',
    trend: '1週間当たりの推移（95%）',
    spread: '日ごとのばらつき：乱数／抽出／その他',
    epsilon: '1日の最大ε',
    incidents: '発生事象',
    camera: 'カメラ',
    state: '状態（時間の割合）',
    fps: '1秒当たりのフレーム数',
    reconnects: '再接続／再起動',
    poor: '顔の時間の過半が数えられなかった主な理由',
    from: '開始',
    length: '長さ',
    what: '内容',
    file: 'ファイル',
    messages: 'メッセージ数',
    unused: '使用しなかった行',
    perMessage: '1メッセージ',
    mostPerDay: '1日の最大',
    average: '1日の平均',
    allowed: '24時間の上限',
    day: '日',
    expected: '予定',
  },
  withheld: {
    headcount: '区域の人数不足',
    capture: 'カメラ未接続',
    budget: '予算終了',
    total: '合計不足',
    ledger: '記録不可',
  },
  state: {
    starting: '起動中',
    connecting: '接続中',
    streaming: '受信中',
    stalled: '停止',
    waiting: '再接続待ち',
    paused: '停止（一時停止・時間外）',
    ended: '終了',
    failed: '失敗',
  },
  poor: {
    'frame-rate': 'フレーム数不足',
    hidden: '顔が隠れている',
    'face-height': '顔が小さい',
    pose: '顔の向き',
    exposure: '明るさ',
    blur: 'ぼけ',
    motion: '頭の動き',
    turned: '画像の向き',
  },
  incident: (kind, camera, detail) => {
    switch (kind) {
      case 'offline':
        return '装置がオフライン';
      case 'silence':
        return '稼働状況の受信なし';
      case 'restart':
        return 'デーモンの再起動';
      case 'paused':
        return `一時停止（${detail === 'mqtt' ? 'MQTT経由' : detail === 'page' ? '装置のページ' : '装置上'}）`;
      case 'refused':
        return `ガバナンスによる拒否：${detail}`;
      case 'camera':
        return `カメラ ${camera}：${detail}`;
      case 'slowed':
        return `カメラ ${camera}：解析する画像を減らした（${detail === 'thermal' ? '装置が高温' : '装置の処理能力不足'}、その前24時間以内）`;
      case 'withheld':
        return `非公表となった区間（区域・理由）：${detail}`;
      case 'discarded':
        return `ブローカーへ届かず破棄された集計：${detail}件`;
      case 'gap':
        return `装置が送信を断念した集計（件数・区域・理由）：${detail}`;
      case 'audit':
        return `監査ログが新規作成又は書き換えられた（${detail}番）`;
      case 'software':
        return `ソフトウェアが${detail}に変更`;
      case 'model':
        return `モデルが変更（バージョン${detail}）`;
      case 'kpi':
        return `成功の定義が変更：${detail}`;
    }
  },
  counted: (kind, times, length) => {
    const names: Record<typeof kind, string> = {
      offline: 'オフライン',
      silence: '受信なし',
      restart: '再起動',
      paused: '一時停止',
      refused: '拒否',
      camera: 'カメラ異常',
      slowed: '解析の間引き',
      withheld: '異常による非公表',
      discarded: '集計の破棄',
      gap: '欠落',
      audit: '監査ログ',
      software: 'ソフトウェア変更',
      model: 'モデル変更',
      kpi: '定義変更',
    };
    return `${names[kind]} ${times}回${length === '' ? '' : `（${length}）`}`;
  },
  unused: {
    'not-json': 'JSONでない',
    'not-ours': 'micron-edgeのメッセージでない',
    'other-version': '別バージョンのメッセージ',
    'wrong-fields': 'スキーマに合わない',
    'wrong-topic': 'トピックと内容が一致しない',
    'too-long': '長すぎる',
    'cut-off': 'ファイル末尾で途切れている',
  },
  notes: {
    gate: (zone, withheld, slots, shares) =>
      `${zone}：区間の${withheld}が合計不足で非公表となりました。乱数の分布から、公表された区間の各表情の件数は平均して約${slots}スロット高く出ており、それを除いた割合はおよそ次のとおりです：${shares}。`,
    makings: (zone) => `${zone}：期間中にモデル、スロット又は区間が変わったため、全体の推移は示しません。`,
    conflicting: (zone, times) =>
      `${zone}：${times}区間が異なる内容で再度届きました。最初のものを用いています。`,
    repeated: (times) => `${times}件のメッセージが重複して届き、1回だけ数えています。`,
    oddNoise: (zone) => `${zone}：メッセージのεと区間が整合しないため、区間を用いています。`,
    looseNoise: (zone) => `${zone}：寄与の上限が一意に定まらないため、最大の値を用いています。`,
    unconfigured: 'この装置の設定が指定されていません。日はUTC、区域名はIDです。',
    newer: (times) => `${times}件のメッセージに新しいバージョンの項目があり、その項目は用いていません。`,
    noHealth: '記録にこの装置の稼働状況メッセージがありません。',
    health: (covered, restarts, reconnects, discarded) =>
      `稼働状況の対象時間は${covered}です。デーモンの再起動${restarts}回、ブローカーとの切断${reconnects}回、破棄された集計${discarded}件。`,
    backward: (times) => `${times}件の稼働状況メッセージは順序が前後しており、用いていません。`,
    more: (times) => `ほか${times}件。`,
    noIncidents: 'なし',
    noTrend: '日数不足',
    trendSeen: '変化あり',
    unusedLine: (times, why, line) => `${why}：${times}行（最初は${line}行目）`,
    open: '継続中',
    ofDays: (days, all) => `${all}日中${days}日`,
    charts: '点：1日のスロットに占める割合（%）。縦線：95%区間。線：推移。破線：変更日。',
    coverage: '日ごとの区間数。',
    budget:
      '合計不足で非公表となった区間も予算を使用します。装置の台帳は任意の24時間で数え、ここでは日ごとに示します。',
  },
  method: [
    '割合：公表された区間のスロットのうち、その表情のものの割合です。分子と分母はいずれも乱数を含む合計です。件数は負にもなり得るため、乱数によって合計が偏ることはありません。公表の条件による偏り（上記）は、区間・推移・検定では補正していません。大きい場合は推定値を併記します。',
    '1日の区間：二つの合計の比の分散を、区間ごとのばらつきから求めます（Cochran 1977, 6.4、スチューデントのt、自由度は区間数－1）。同じ人のスロットは似ているためです。ただし、正確に分かっている乱数の分散（メッセージのεと区間による離散ラプラス分布）と、独立な抽出による分散の和を下回らないものとします。',
    '推移：その既知の分散で重み付けした最小二乗法による直線です。14日以上では曜日ごとの水準を含みます。乱数と抽出で説明できないばらつきは区間を広げ（過分散、準尤度）、狭めることはありません。日は互いに独立とみなします。',
    '日ごとのばらつき：既知の部分（乱数と抽出）と、DerSimonian–Laird（1986）のモーメント推定による残りの部分です。',
    '前後の比較：同じ曜日どうしを比較します（Cochran 1954）。同じ曜日の別の日を「変更後」とみなした場合に、同程度の差がどれだけ生じるかを調べます（並べ替え検定、両側、曜日でブロック化）。乱数、公表条件、人についての分布の仮定は不要ですが、変更がなければ同じ曜日の日は同等であることが前提です。変更と無関係な長期的変動や、日どうしの相関があると成り立ちません。区間は、検定で否定されない変化の範囲です。複数の定義があるときは、全体で5%とします（Holm 1979）。',
    '変更の後に変化があったことは、変更が原因であることを意味しません。受注、季節、人員、照明も変わります。',
    '稼働状況からは、顔が数えられなかった理由がカメラごとに1日1語分かるだけで、数値は分かりません。顔の数はどこにも示されません。',
  ],
  footer: (software, at) =>
    `${at}に micron-edge ${software} が、公表された集計と稼働状況のメッセージのみから作成しました。`,
  perWeek: (points, low, high) => `${points}（${low}～${high}）`,
  spread: (noise, sampling, days) => `${noise}／${sampling}／${days}`,
  percent: (share) => `${digits(share)}%`,
  points: (share) => `${sign(share)}${digits(Math.abs(share))}ポイント`,
  interval: (low, high) => `${low}～${high}`,
  date,
  shortDate: (iso) => {
    const [, month, day] = iso.split('-').map(Number);
    return `${month}/${day}`;
  },
  time: (ms, timeZone) =>
    new Intl.DateTimeFormat('ja-JP', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(ms),
  duration,
  list: (items) => items.join('、'),
};
