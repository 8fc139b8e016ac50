import { join } from 'node:path';
import { startBroker } from '../../../agent/demo/broker.ts';
import { ROOT } from '../../../agent/installation.ts';
import { python, pythonsWith } from '../../support/python.ts';
import type { Figure, Row } from './figure.ts';
import { playedIn } from './played.ts';
import { spread } from './spread.ts';
import { filmOf } from './subject.ts';

const GOAL = 4;
const PACKAGES =
  'apt-get install --no-install-recommends python3-opencv python3-torch python3-paho-mqtt libopenblas0-pthread';
/** The way of the pipeline, and one pair a face. At 25 frames a second, pictures between the two of a pair. */
const PAIRS = { 'two pairs a face': '3,5', 'one pair a face': '3' } as const;

/** What both tell of a film. */
interface Cost {
  readonly faces: number;
  readonly cpuS: number;
}

const perSecond = ({ faces, cpuS }: Cost): number => faces / cpuS;

/** The pipeline against what a user would write instead, `test/bench/peer`: faces per second of CPU, in turns. */
export const peer: Row = async (bench) => {
  const row = { row: 'peer', case: '3 faces, 1080p' } as const;
  const skip = (skipped: string) => ({
    figures: [{ ...row, metric: 'faces per CPU second', unit: '', value: null, skipped } as Figure],
    remarks: [],
  });
  if (bench.quick) return skip('left out of the quick form');
  const [command] = await pythonsWith('cv2', 'torch', 'paho.mqtt.client');
  if (command === undefined) return skip(PACKAGES);

  const film = await bench.films.of({ ...filmOf(bench, 3), frames: 125 });
  await using broker = await startBroker();
  const peers = async (lags: string): Promise<Cost> => {
    const { stdout } = await python(command, [
      ...[join(ROOT, 'test/bench/peer/program.py'), film, '--lags', lags],
      ...['--detector', join(ROOT, 'models/face-detector/full-range.onnx')],
      ...['--broker', new URL(broker.url).host],
    ]);
    return JSON.parse(stdout) as Cost;
  };
  const ours: number[] = [];
  const theirs = new Map<string, number[]>();
  for (let round = 1; round <= 3; round++) {
    bench.note(`peer: round ${round}`);
    ours.push(perSecond(await playedIn(film)));
    for (const [name, lags] of Object.entries(PAIRS))
      theirs.set(name, [...(theirs.get(name) ?? []), perSecond(await peers(lags))]);
  }
  const figures: Figure[] = [
    {
      ...row,
      case: 'the pipeline (two pairs a face)',
      metric: 'faces per CPU second',
      unit: '',
      ...spread(ours),
    },
  ];
  for (const [name, values] of theirs) {
    const of = { ...row, case: `the program, ${name}` } as const;
    figures.push(
      { ...of, metric: 'faces per CPU second', unit: '', ...spread(values) },
      {
        ...of,
        metric: `the pipeline against it (goal ${GOAL})`,
        unit: '',
        ...spread(ours.map((each, i) => each / values[i]!)),
      },
    );
  }
  return {
    figures,
    remarks: [
      'peer: same film, same analysed size, same detector file, same size of the encoder, one thread each, CPU of decoding included, starts not. test/bench/peer/README.md says what each does and leaves out.',
    ],
  };
};
