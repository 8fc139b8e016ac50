import { cpus, release } from 'node:os';
import type { Figures } from './simulate.ts';
import type { Storm } from './storm.ts';

const stormInWords = ({ halfS, mostS, allS, peakPerS }: Storm): string =>
  `half after ${halfS.toFixed(1)} s, 99 % after ${mostS.toFixed(1)} s, all after ${allS.toFixed(1)} s; at most ${peakPerS} in a second`;

/** What a person reads. */
export function inWords({ options, first, storm, drainedS, account, gaps, quiet, memory }: Figures): string {
  const { nodes, zones, windowS, healthS, awayS, tls, processes } = options;
  const { half, most, all } = quiet.latencyMs;
  const megabytes = (kb: number) => `${(kb / 1_024).toFixed(1)} MB`;
  const rows: readonly (readonly [string, string])[] = [
    [
      'Machine',
      `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Linux ${release()}, Node.js ${process.version}`,
    ],
    [
      'Plant',
      `${nodes} nodes in ${processes} processes, ${zones} zones each, windows of ${windowS} s, health every ${healthS} s, ${tls ? 'TLS with a certificate each' : 'no TLS'}`,
    ],
    ['First connections', stormInWords(first)],
    [
      'Messages',
      `${quiet.messagesPerS.toFixed(0)} a second at the dashboard, over ${quiet.lastedS.toFixed(0)} s`,
    ],
    [
      'End of window to dashboard',
      `half within ${half} ms, 99 % within ${most} ms, all within ${all} ms (1500 ms of it is the grace of the window)`,
    ],
    [
      'Processor',
      `broker ${quiet.brokerCores.toFixed(2)} cores, nodes ${quiet.nodesCores.toFixed(2)} cores together`,
    ],
    [
      'Memory',
      `broker ${megabytes(memory.brokerEmptyKb)} empty, ${megabytes(memory.brokerKb)} with all; ${memory.perNodeKb.toFixed(0)} kB a node`,
    ],
    [`After kill -9 and ${awayS} s`, stormInWords(storm)],
    ['', `connections by second: ${storm.perSecond.join(' ')}`],
    ['Queues empty', `${drainedS.toFixed(1)} s after the broker was back`],
    [
      'Signals',
      `${account.handed} handed over, ${account.heard} heard, ${account.twice} of them twice, ${account.waiting} waiting, ${account.discarded} given up (${gaps} gap markers)`,
    ],
    [
      'Lost',
      `${account.lostByNodes} by nodes; ${account.lostByBroker} by the broker after it had acknowledged them; ${account.unknown} that nobody sent`,
    ],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return `${rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join('\n')}\n`;
}
