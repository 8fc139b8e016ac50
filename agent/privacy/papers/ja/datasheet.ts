import { figure } from '../../plan/units.ts';
import { claimsOf } from '../claims.ts';
import type { DatasheetWords } from '../datasheet.ts';
import { common, noised } from './common.ts';

export const datasheet: DatasheetWords = {
  title: '労働者代表向け 概要書',
  subtitle: (facts) =>
    `装置「${facts.node}」は、ごく短い表情の動きを区域ごとに数え、${noised(facts)}件数だけを送信する。本書は1ページの概要であり、詳細は影響評価の付属書に記載する。`,
  labels: {
    controller: '事業者・問合せ窓口',
    dpo: (frame) => (frame === 'eu' ? 'データ保護責任者' : '個人情報保護管理者'),
    purpose: '利用目的',
    law: '関係法令・法的根拠',
    papers: '関連文書',
    hours: '稼働時間',
    optOut: '除外区域',
    topics: '送信先',
    compute: '処理環境',
  },
  law: (frame, jurisdiction) =>
    ({
      eu: `${jurisdiction}：AI規則第5条第1項(f)（職場での感情推定は医療上又は安全上の理由に限る）、第26条第7項、第50条第3項、GDPR第13条、第35条。`,
      jp: '日本：個人情報保護法第17条・第18条（利用目的）、第21条（利用目的の通知等）、第23条（安全管理措置）、第32条～第35条（開示等の請求）。',
      other: `${jurisdiction}：`,
    })[frame],
  agreement: '労使協定・同意書',
  dpia: '影響評価',
  topics: ({ topics, broker }) =>
    `MQTTブローカー ${broker.host}（通信の暗号化：${broker.encrypted ? 'あり' : 'なし'}）、トピック ${topics}/ の下位：zone/<区域>/signal、zone/<区域>/gap、status、health、audit、command/answer`,
  compute: ({ model, version }, provider) =>
    `micron-edge ${version}、モデル ${model.name} ${model.version}（${model.hash.slice(0, 12)}）、推論：${provider}`,
  path: '処理・保存・送信する情報',
  pathHead: ['場所', '内容', '期間'],
  pathRows: ({ retention, aggregation, pageHours }) => [
    [
      'メモリー上',
      'カメラの画像（解析を認めた顔以外の部分は直ちに塗りつぶす）。顔の切り出し画像と特徴量。追跡番号。追跡番号と切り離した計数単位。',
      '画像：次の画像まで。切り出し画像・特徴量：約1秒（動きの強さの値は4秒）。位置合わせ用の平均顔画像：映っている間。追跡番号：顔が消えて5秒後まで。計数単位：集計時間の終了まで。',
    ],
    [
      'ディスク上',
      `送信待ちのデータ${pageHours === undefined ? '' : '、装置のページに表示する送信データの写し'}と、予算の使用記録。監査ログ。画像、顔の特徴量、追跡番号及び乱数を加える前の件数は保存しない。`,
      `送信データ：送信先が受信するまで（最長${retention.releasesHours}時間）。${pageHours === undefined ? '' : `ページ表示用の写し：${pageHours}時間。`}予算の記録：24時間。監査ログ：${retention.auditDays}日間。`,
    ],
    [
      '送信',
      `区域・集計時間ごとに、${noised({ aggregation })}4つの件数${aggregation.regions === undefined ? '' : '及び顔の部位別の6つの件数'}、申告された従事者数、誤差の範囲、利用目的、モデルの情報。このほか、装置とカメラの稼働状態、監査ログの最新のハッシュ値。`,
      '受信側の保存期間による。',
    ],
  ],
  numbers: '数値の精度',
  numbersHead: ['区域', '従事者数', '1回の計数単位', '1件数の誤差', '非送信の割合', '5→15%の上昇を1回で検知'],
  tooSmall: '送信しない（人数不足）',
  numbersNote: ({ aggregation, noise, budget }) => [
    `計数単位：1名の顔${figure(aggregation.slotS)}秒分。「なし・否定的・肯定的・驚き」のいずれか一つとして1回だけ数える。集計時間：${common.duration(aggregation.windowS)}。計数単位の数は、全員がそれぞれ${aggregation.slotsPerTrack}単位分映った場合の値。`,
    aggregation.noise === 'none'
      ? '乱数は加えていない（実演専用）。'
      : `誤差：100回のうち95回は、真の値との差が±${noise.interval95}以内${noise.regions95 === undefined ? '' : `（顔の部位別の件数は±${noise.regions95}以内）`}に収まる。非送信：乱数を加えた合計が${aggregation.minHeadCount}未満の場合。予算により送信できるのは、週${budget.watchedPerWeek}回のうち${budget.paidPerWeek}回。他の設定の比較には「micron-edge privacy plan」を用いる。`,
  ],
  claimed: '保証すること',
  claims: (facts) => {
    const claims = claimsOf(facts);
    if (claims === undefined) return ['なし（乱数を加えない設定のため）。'];
    const { aggregation, noise } = facts;
    return [
      `1名・1回の送信について：ある人が映っていたかどうかを推測する者が、送信データから得られる確信の増加は、オッズで最大${claims.presence}倍（ε＝${figure(noise.epsilon)}）。映っていたことを知る者がその表情を推測する場合は、最大${claims.label}倍。`,
      `前提：1名が1回の集計時間に生じさせる追跡は${aggregation.assumedTracksPerPerson}本以下（${noise.bound}単位以下）。これを超えた場合も、個々の計数単位は保護される（最大${claims.slot}倍）。`,
    ];
  },
  notClaimed: '保証しないこと',
  noClaims: (facts) => {
    const claims = claimsOf(facts);
    return [
      ...(claims === undefined
        ? []
        : [
            `勤務時間全体又は1日を通した保護は、各回の合算を超えては保証しない。24時間の合算は区域ごとに最大ε＝${figure(claims.dayEpsilon)}（オッズで${claims.day}倍）${claims.dayIsWeak ? 'であり、それ自体では保護にならない' : 'である'}。24時間を超える期間については何も保証しない。複数の区域に映る人については、各区域の値が加算される。`,
          ]),
      '集団についての保護は行わない（区域の大半の人に共通する傾向は数値に表れる）。本装置の外にあるカメラ、ネットワーク及び録画については対象外とする。',
      '数値の正しさは保証しない（上記のモデルの説明を参照）。',
    ];
  },
  control: '確認・停止の方法',
  controls: ({ fingerprint, liveMinutes }) => [
    '停止：装置での「micron-edge pause」又はMQTTのpauseコマンドにより、1秒以内に撮影を停止する。停止は再起動後も維持される。',
    `確認：「micron-edge audit verify」。監査ログには起動のたびに設定のフィンガープリントが記録される。本書は ${fingerprint.slice(0, 32)}… の設定にのみ対応する。`,
    ...(liveMinutes === undefined
      ? []
      : [
          `ライブ表示：装置上でのみ、最大${liveMinutes}分間。顔の位置の枠のみ（映像なし）。毎回監査ログに記録される。`,
        ]),
  ],
};
