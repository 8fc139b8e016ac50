import { figure } from '../../plan/units.ts';
import type { CommonWords } from '../common.ts';
import type { Facts } from '../facts.ts';

/** In the largest unit of which it is a whole number. */
function duration(seconds: number): string {
  const units: readonly [string, number][] = [
    ['日', 86_400],
    ['時間', 3600],
    ['分', 60],
  ];
  for (const [unit, size] of units) if (seconds % size === 0) return `${seconds / size}${unit}`;
  return `${figure(seconds)}秒`;
}

function date(iso: string): string {
  const [year, month, day] = iso.split('-').map(Number);
  return `${year}年${month}月${day}日`;
}

/** In front of what carries noise, where there is any. */
export const noised = ({ aggregation }: Pick<Facts, 'aggregation'>): string =>
  aggregation.noise === 'none' ? '' : '乱数を加えた';

export const common: CommonWords = {
  lang: 'ja',
  purpose: {
    medical: '医療上の目的',
    safety: '労働安全の確保',
    'research-with-consent': '本人の同意に基づく研究',
    demo: '録画を用いたソフトウェアの実演（実在の人物は対象としない）',
  },
  refused: '【案】現在の設定では本ソフトウェアは稼働しません。',
  refusal: {
    'purpose-prohibited': 'この目的で職場において感情を推定することは禁止されています。',
    'legal-basis-missing': '法的根拠が記載されていません。',
    'dpia-missing': '影響評価の文書が指定されていません。',
    'dpia-expired': '影響評価の有効期限が切れています。',
    'notice-missing': '周知の方法が記載されていません。',
    'agreement-missing': '労使協定又は同意書が指定されていません。',
    'agreement-expired': '労使協定又は同意書の有効期限が切れています。',
    'demo-source-not-local': '実演では、実際の現場のカメラは使用できません。',
  },
  evidence: ({ name, version, evidence, validatedOn }) => {
    const model = `使用中のモデル（${name} ${version}）`;
    const validated =
      validatedOn.length === 0
        ? '実在の人物による検証は行われていません。'
        : `検証に用いたデータ：${validatedOn.join('、')}。`;
    if (evidence === 'none') return `${model}は未学習であり、出力される数値に意味はありません。${validated}`;
    if (evidence === 'synthetic')
      return `${model}は合成画像（コンピューターで作成した顔）のみで学習したものであり、数値が誤っている可能性があります。${validated}`;
    return `${model}は実在の人物の映像で学習したものです。${validated}`;
  },
  provider: {
    auto: '装置で利用できる最適なもの（自動選択）',
    tensorrt: 'GPU上のTensorRT',
    cuda: 'GPU上のCUDA',
    cpu: 'CPU',
  },
  days: { mon: '月', tue: '火', wed: '水', thu: '木', fri: '金', sat: '土', sun: '日' },
  dayRange: (first, last) => `${first}～${last}`,
  dayList: (days) => `${days.join('・')}曜日`,
  hours: (days, from, to) => `${days} ${from}～${to <= from ? '翌日' : ''}${to}`,
  always: '終日（時間の限定なし）',
  inTimeZone: (hours, timeZone) => `${hours.join('、')}（タイムゾーン：${timeZone}）`,
  duration,
  percent: (share) => (share > 0 && share < 0.001 ? '0.1%未満' : `${figure(share * 100)}%`),
  date,
  zone: ({ name, headCount }) => `${name}（${headCount}名）`,
  area: ({ name, number, camera }) =>
    `${name ?? `除外区域${number}`}（カメラ ${camera} の画面内 ${number}番）`,
  none: 'なし',
  separator: '／',
  colon: '：',
  document: (reference, until) => (until === undefined ? reference : `${reference}（有効期限：${until}）`),
  blanks: {
    fill: (what) => `要記入：${what}`,
    controller: '事業者名',
    contact: '問合せ窓口（担当部署・担当者・電話番号・電子メール）',
    dpo: (frame) => (frame === 'eu' ? 'データ保護責任者（DPO）（選任している場合）' : '個人情報保護管理者'),
    legalBasis: '法的根拠',
    dpia: '影響評価の文書番号',
    agreement: '労使協定又は同意書の文書番号',
    notice: '詳細を記載した掲示・社内規程等',
    place: '現場での位置',
  },
  signatures: {
    parties: (frame) =>
      frame === 'eu'
        ? ['使用者（管理者）', '従業員代表（ワークスカウンシル）', 'データ保護責任者（DPO）']
        : ['会社', '労働組合又は過半数代表者', '個人情報保護管理者'],
    fields: ['氏名', '日付', '署名又は記名押印'],
  },
  camera: (id) => `カメラ ${id}`,
  legend: { zone: '解析する区域', optOut: '除外区域（解析しない）', outside: '解析しない範囲' },
  footer: ({ node, version, fingerprint }, madeOn) =>
    `本書は、${madeOn}に micron-edge ${version} が装置「${node}」の設定（フィンガープリント ${fingerprint.slice(0, 16)}、監査ログの記録と同一）から作成したひな形です。法的助言ではありません。使用に当たっては、必ず法務担当者又は専門家の確認を受けてください。`,
};
