import { EXIT } from '../domain/errors.ts';
import type { Io } from '../main.ts';
import { PAPER_USAGE, privacyPaper } from './privacy-paper.ts';
import { PLAN_USAGE, privacyPlan } from './privacy-plan.ts';

const ACTIONS: Readonly<Record<string, (args: readonly string[], io: Io) => Promise<number>>> = {
  plan: privacyPlan,
  notice: privacyPaper('notice'),
  datasheet: privacyPaper('datasheet'),
  dpia: privacyPaper('dpia'),
};

/** `micron-edge privacy plan|notice|datasheet|dpia`: for those who decide together whether and how it runs. */
export async function privacy([action = '', ...args]: readonly string[], io: Io): Promise<number> {
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (act !== undefined) return act(args, io);
  io.err(`Usage: ${PLAN_USAGE}\n       ${PAPER_USAGE}\n`);
  return EXIT.config;
}
