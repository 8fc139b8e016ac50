#!/usr/bin/env node
import { exitCodeOf, OperatorError } from './domain/errors.ts';

/** What a command gets from the process, so that tests can call commands too. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
}

type Command = (args: readonly string[], io: Io) => Promise<number>;

const COMMANDS: Record<string, { help: string; load(): Promise<Command> }> = {
  run: {
    help: 'run [CONFIG]            the daemon: cameras in, aggregates out',
    load: async () => (await import('./cli/run.ts')).run,
  },
  check: {
    help: 'check [CONFIG] [--show]  is the configuration right, and would it be allowed to start?',
    load: async () => (await import('./cli/check.ts')).check,
  },
  demo: {
    help: [
      'demo [--seconds N]      the whole path on this machine: scene cameras, broker, daemon, subscriber;',
      '                          [--cameras 1] for a slow or busy machine',
    ].join('\n'),
    load: async () => (await import('./cli/demo.ts')).demo,
  },
  replay: {
    help: [
      'replay FILE [CONFIG]    run a recording through the pipeline and print its aggregate, or, with',
      '                          --evaluate TRUTH.json [--json FILE] [--scores FILE.csv], how well it did',
    ].join('\n'),
    load: async () => (await import('./cli/replay.ts')).replay,
  },
  setup: {
    help: [
      'setup [--out FILE]      a configuration by questions or flags; each camera is asked what it sends: [--node ID]',
      '                          [--purpose P] [--jurisdiction J] [--broker URL] [--topic T] [--username U]',
      '                          [--camera ID=URL[,CREDENTIALSFILE]]... [--head-count N] [--yes]',
      '  setup zones CAMERA [CONFIG] [--port N] [--yes]',
      '                          draw zones and opt-out areas in the browser',
    ].join('\n'),
    load: async () => (await import('./cli/setup.ts')).setup,
  },
  assess: {
    help: [
      'assess SOURCE           can this camera carry it? SOURCE is a recording, a camera of CONFIG or an rtsp:// address;',
      '                          [--config CONFIG] [--credentials FILE] [--minutes N] [--json FILE] [--html FILE]',
    ].join('\n'),
    load: async () => (await import('./cli/assess.ts')).assess,
  },
  doctor: {
    help: [
      'doctor [CONFIG]         what this machine has and lacks, with the fix for each: [--json]',
      '                          [--only AREA,...] [--provider tensorrt|cuda|cpu]',
    ].join('\n'),
    load: async () => (await import('./cli/doctor.ts')).doctor,
  },
  pause: {
    help: [
      'pause [CONFIG]          end capture within a second, also over restarts, until resume; with --state FOLDER',
      '                          also where the configuration cannot be read',
    ].join('\n'),
    load: async () => (await import('./cli/pause.ts')).pause,
  },
  resume: {
    help: 'resume [CONFIG]         lift a pause; hours and governance still decide: [--state FOLDER]',
    load: async () => (await import('./cli/pause.ts')).resume,
  },
  live: {
    help: [
      'live CAMERA [CONFIG]    look on while you set up zones: masks where faces are, nothing of the picture:',
      '                          [--minutes N] [--state FOLDER]',
    ].join('\n'),
    load: async () => (await import('./cli/live.ts')).live,
  },
  audit: {
    help: [
      'audit verify|show [CONFIG]  is the audit log unbroken, and what does it say? [--dir FOLDER]',
      '                          [--anchor SEQ:HASH] an entry that others kept must still be in it',
    ].join('\n'),
    load: async () => (await import('./cli/audit.ts')).audit,
  },
  privacy: {
    help: [
      'privacy plan [CONFIG]   how wrong the numbers will be, what the budget pays for, what would change it:',
      '                          [--zone ZONE]... [--rise PERCENT] [--share PERCENT] [--slots N] [--json]',
      '                          [--svg FILE] [--png FILE]',
      '  privacy notice|datasheet|dpia [CONFIG] [--lang en|ja] [--format md|html] [--out FILE]',
      '                          papers to sign, filled from the configuration',
    ].join('\n'),
    load: async () => (await import('./cli/privacy.ts')).privacy,
  },
  record: {
    help: [
      'record [CONFIG] --out FILE.jsonl [--all-nodes] [--user NAME --password-file FILE | --cert FILE --key FILE]',
      '                          write down what the node says over MQTT, a file a day, for report:',
      '                          [--url BROKER] [--ca FILE] [--seconds N]',
    ].join('\n'),
    load: async () => (await import('./cli/record.ts')).record,
  },
  report: {
    help: [
      'report RECORDING... [--config CONFIG]... [--lang en|ja] [--out FILE.html] [--csv FOLDER]',
      '                          trends, verdicts on definitions of success (kpi), coverage, incidents, budget',
    ].join('\n'),
    load: async () => (await import('./cli/report.ts')).report,
  },
  deploy: {
    help: [
      'deploy addresses [CONFIG]  drop-in for the systemd unit: cameras and broker, and nobody else',
      '  deploy kubernetes MACHINE=CONFIG... [--image NAME] [--namespace NAME] [--gpu]',
      '                          manifests for a cluster',
    ].join('\n'),
    load: async () => (await import('./cli/deploy.ts')).deploy,
  },
  models: {
    help: 'models verify [FOLDER]  do the model files match their manifests?',
    load: async () => (await import('./cli/models.ts')).models,
  },
  schema: {
    help: [
      'schema [NAME]           JSON Schema of configuration or messages; asyncapi: all topics as AsyncAPI 3;',
      '                          --write renews the files of a checkout',
    ].join('\n'),
    load: async () => (await import('./cli/schema.ts')).schema,
  },
};

const HELP = `micron-edge: anonymous aggregate micro-expression signals from the cameras a plant already has

Usage: micron-edge COMMAND [OPTIONS]

${Object.values(COMMANDS)
  .map(({ help }) => `  ${help}`)
  .join('\n')}

CONFIG is a YAML file or a folder of them; default: $MICRON_EDGE_CONFIG, else /etc/micron-edge.

Exit codes: 0 fine, 1 failed, 2 configuration or usage wrong, 3 refused by governance, 4 this machine lacks something.
`;

async function main(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.out(HELP);
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS[name];
  if (command === undefined) {
    io.err(`micron-edge: there is no command "${name}". Known: ${Object.keys(COMMANDS).join(', ')}.\n`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    io.out(`Usage: micron-edge ${command.help}\n`);
    return 0;
  }
  try {
    return await (await command.load())(args, io);
  } catch (error) {
    if (error instanceof OperatorError) {
      io.err(`micron-edge: ${error.message}\n${error.remedy === undefined ? '' : `  ${error.remedy}\n`}`);
      return exitCodeOf(error);
    }
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      io.err(`micron-edge ${name}: ${error.message}\nUsage: micron-edge ${command.help}\n`);
      return 2;
    }
    throw error;
  }
}

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
