import { z } from 'zod';
import { type AddressFault, brokerAddressFault, cameraAddressFault } from './address.ts';

/**
 * The one schema of the configuration. The loader, the JSON Schema for editors and the table in `config/README.md` all
 * come from it. Rules that span several keys (disjoint zones, unique ids, noise against purpose) are in `rules.ts`.
 */

/** A text of a certain form. `allowed` says the pattern in words: to operators, in the table of keys, and in editors. */
const text = (pattern: RegExp, allowed: string) =>
  z.string().regex(pattern, allowed).meta({ patternErrorMessage: allowed });

/** An address without credentials. */
const address = (pattern: RegExp, allowed: string, faultOf: (url: string) => AddressFault | undefined) =>
  z
    .string()
    // Only one of the two speaks, and the one about credentials first.
    .superRefine((url, context) => {
      const fault =
        pattern.test(url) || url.includes('@') ? faultOf(url) : { wrong: 'does not fit', allowed };
      if (fault !== undefined)
        context.addIssue({ code: 'custom', message: fault.wrong, params: { allowed: fault.allowed } });
    })
    .meta({ pattern: pattern.source, patternErrorMessage: allowed });

const id = text(
  /^[a-z0-9][a-z0-9-]{0,31}$/,
  'lower-case letters, digits and "-", at most 32, starting with a letter or digit',
);
const sparkplugId = text(
  /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/,
  'letters, digits, blanks, ".", "_" and "-", at most 64, starting with a letter or digit',
);
const filePath = z.string().min(1).max(4096);
const positive = (max: number) => z.number().positive().max(max);
const wholeFrom = (min: number, max: number) => z.int().min(min).max(max);

const vertex = z
  .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
  .describe('[x, y] as fractions of the picture width and height, origin at the top left');
const polygon = z
  .array(vertex)
  .min(3, 'at least three points')
  .max(64)
  .describe('Corners in order; not self-crossing');

const zone = z
  .strictObject({
    id: id.describe('Unique on this node; part of the MQTT topic'),
    name: z
      .string()
      .min(1)
      .max(60)
      .optional()
      .describe('As people on site call it, for the papers of `micron-edge privacy`. Default: the id'),
    polygon,
    headCount: wholeFrom(1, 10_000).describe(
      'People who regularly work in this zone, as declared by the operator. Below aggregation.minHeadCount nothing is released',
    ),
  })
  .describe('An area in which faces may be analysed. Zones of one camera must not overlap');

const camera = z
  .strictObject({
    id: id.describe('Unique on this node; names the camera in logs and health messages'),
    url: address(/^(rtsp|rtsps|file):/, 'an rtsp://, rtsps:// or file: address', cameraAddressFault).describe(
      'Where the camera is. No user or password in here: see credentialsFile',
    ),
    credentialsFile: filePath
      .optional()
      .describe('File with one line "user:password", readable by the service only; systemd credentials fit'),
    transport: z
      .enum(['tcp', 'udp'])
      .default('tcp')
      .describe('RTP transport. tcp is interleaved in the RTSP connection'),
    decoder: z
      .enum(['auto', 'software', 'nvv4l2dec', 'cuda', 'vaapi', 'gstreamer'])
      .default('auto')
      .describe(
        'auto: the decoder of a Jetson where FFmpeg or GStreamer has it and it works, else software. gstreamer: H.264 and H.265, and analysis.widthPx a multiple of 8',
      ),
    rotate: z
      .literal([0, 90, 180, 270])
      .default(0)
      .describe(
        'The picture is turned clockwise by so many degrees, for a camera that hangs on its side or head down. analysis, zones and optOut are those of the turned picture',
      ),
    analysis: z
      .strictObject({
        widthPx: wholeFrom(128, 3840)
          .multipleOf(2)
          .default(960)
          .describe('Frames are scaled to this width; even'),
        heightPx: wholeFrom(96, 2160)
          .multipleOf(2)
          .default(540)
          .describe('Frames are scaled to this height; even'),
      })
      .prefault({})
      .describe('Size at which faces are looked for and cropped'),
    stallMs: wholeFrom(500, 120_000)
      .default(5_000)
      .describe('No frame for this long and the connection is dropped and built anew'),
    reconnect: z
      .strictObject({
        firstMs: wholeFrom(50, 60_000).default(500).describe('Wait before the first new attempt'),
        mostMs: wholeFrom(100, 600_000)
          .default(30_000)
          .describe('Upper bound of the doubling wait; jitter is added'),
      })
      .prefault({})
      .describe('After a connection has failed'),
    zones: z.array(zone).min(1).max(32).describe('Outside every zone no face is analysed'),
    optOut: z
      .array(polygon)
      .max(32)
      .default([])
      .describe('Areas in which no face is ever analysed, zones or not'),
    optOutNames: z
      .array(z.string().min(1).max(60))
      .max(32)
      .optional()
      .describe('What people on site call these areas, one for each, in the same order. For the same papers'),
  })
  .describe('One camera');

const success = z
  .strictObject({
    id: id.describe('Unique in this list; names it in reports'),
    title: z.string().min(1).max(200).describe('What is hoped for, in words'),
    zones: z.array(id).min(1).max(32).describe('Ids of zones of this node; their counts are added up'),
    labels: z
      .array(z.enum(['negative', 'positive', 'surprise']))
      .min(1)
      .max(3)
      .describe('The share of slots with one of these labels is what is compared'),
    direction: z
      .enum(['decrease', 'increase', 'either'])
      .describe('Which way the share is to change; the test looks both ways whatever is said here'),
    smallestChange: positive(100).describe('Least change that matters, in percentage points of all slots'),
    changeOn: z.iso
      .date()
      .describe(
        'Day on which something is changed, YYYY-MM-DD, in schedule.timeZone. It is neither before nor after',
      ),
    daysBefore: wholeFrom(1, 366).describe('Days up to the one before changeOn that are the baseline'),
    daysAfter: wholeFrom(1, 366).describe('Days from the one after changeOn that are compared with it'),
  })
  .describe('One definition of success');

const time = text(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as "06:00"');

export const configSchema = z.strictObject({
  node: z
    .strictObject({ id: id.describe('Name of this box; part of every MQTT topic') })
    .describe('This box'),

  governance: z
    .strictObject({
      purpose: z
        .enum(['medical', 'safety', 'research-with-consent', 'demo'])
        .describe('Why this runs. demo takes loopback and file sources only'),
      jurisdiction: text(/^[A-Z]{2}$/, 'a two-letter code such as EU, DE, JP, US').describe(
        'Where it runs: EU or an ISO 3166-1 country code',
      ),
      controller: z
        .strictObject({
          name: z.string().min(1).max(200).describe('Company or body, as it is to stand on notices'),
          contact: z.string().min(1).max(500).describe('Where people can ask: person, telephone, e-mail'),
        })
        .optional()
        .describe('Who is responsible for the processing. For the papers of `micron-edge privacy`'),
      dpo: z
        .string()
        .min(1)
        .max(500)
        .optional()
        .describe('Data protection officer: name and how to reach them. For the same papers'),
      legalBasis: z
        .string()
        .min(3)
        .max(500)
        .optional()
        .describe('The legal basis the operator relies on, in words'),
      dpia: z
        .strictObject({
          reference: z.string().min(1).max(200).describe('Document number or address'),
          expires: z.iso.date().describe('Last day on which the assessment holds, YYYY-MM-DD'),
        })
        .optional()
        .describe('Data protection impact assessment'),
      notice: z
        .string()
        .min(1)
        .max(500)
        .optional()
        .describe('Where people are told: sign, intranet page, document number'),
      agreement: z
        .strictObject({
          reference: z.string().min(1).max(500).describe('Document number or address'),
          expires: z.iso
            .date()
            .optional()
            .describe('Last day on which it holds, YYYY-MM-DD. Absent: until it is taken out of here'),
        })
        .optional()
        .describe('Works agreement or consent form'),
      retention: z
        .strictObject({
          releasesHours: wholeFrom(24, 8760)
            .default(48)
            .describe(
              'A signal that the broker has not taken is kept this long, then a gap marker takes its place. With MQTT 5 the broker drops it then too',
            ),
          pageHours: wholeFrom(0, 8760)
            .default(168)
            .describe(
              'The local page keeps on disk, this long, the messages whose charts it shows; at most 672 windows of a zone. 0: a restart begins its charts anew',
            ),
          auditDays: wholeFrom(2, 3650).default(400).describe('No entry of the audit log is older than this'),
        })
        .prefault({})
        .describe('What is on disk and how long. What the daily budget needs is kept 24 hours'),
    })
    .describe('Purpose and consent come first: without this the agent does not start'),

  schedule: z
    .strictObject({
      timeZone: z.string().min(1).max(64).default('UTC').describe('IANA name, for example Europe/Berlin'),
      hours: z
        .array(
          z.strictObject({
            days: z
              .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
              .min(1)
              .describe('Days on which "from" lies'),
            from: time.describe('First minute, in timeZone'),
            to: time.describe('Exclusive. Before or equal to "from": runs past midnight'),
          }),
        )
        .min(1)
        .describe('Spans of the week; open is what any of them covers'),
    })
    .optional()
    .describe('Hours of operation. Outside them cameras are not connected at all. Absent: always'),

  inference: z
    .strictObject({
      provider: z
        .enum(['auto', 'tensorrt', 'cuda', 'cpu'])
        .default('auto')
        .describe('auto takes the first that really runs; a named one that does not run stops the start'),
      model: id.default('micron-bert-edge').describe('Folder below modelsFolder'),
      modelsFolder: filePath.optional().describe('Default: the models folder of this installation'),
      precision: z
        .enum(['auto', 'fp32', 'fp16', 'int8'])
        .default('auto')
        .describe(
          'auto: what the manifest of the model recommends for the provider; one that the model lacks stops the start',
        ),
      threads: wholeFrom(1, 64).default(1).describe('Threads of each camera process for inference'),
    })
    .prefault({})
    .describe('Where and with which model faces are compared'),

  detector: z
    .strictObject({
      kind: z
        .enum(['mediapipe-full-range', 'yunet'])
        .default('mediapipe-full-range')
        .describe('What finds the faces'),
      file: filePath.optional().describe('ONNX file; needed for yunet, which is not shipped'),
      minScore: z
        .number()
        .min(0.05)
        .max(0.99)
        .default(0.5)
        .describe('Detections below this score are dropped'),
      farEveryFrames: wholeFrom(1, 1000)
        .default(12)
        .describe(
          'The fine pass for far faces runs every this many frames, and when a followed face is lost',
        ),
    })
    .prefault({})
    .describe('Finding faces'),

  quality: z
    .strictObject({
      minFps: positive(240).default(15).describe('Effective frames per second below which no slot is earned'),
      minFaceHeightPx: positive(2000)
        .default(64)
        .describe('Height of the detector’s box (brows to chin, about) below which no slot is earned'),
      maxYawDeg: wholeFrom(5, 90)
        .default(30)
        .describe('A face turned further to the side earns no slot; measured to within about 10 degrees'),
      maxPitchDeg: wholeFrom(5, 90)
        .default(30)
        .describe('A face turned further up or down earns no slot; measured to within about 10 degrees'),
      minContrast: wholeFrom(0, 255)
        .default(20)
        .describe(
          'Grey levels between the darkest and the brightest twentieth of a face below which it earns no slot',
        ),
      maxClipped: z
        .number()
        .min(0)
        .max(1)
        .default(0.3)
        .describe('Share of a face that may be pure black or white before it earns no slot'),
      maxBlur: z
        .number()
        .min(0)
        .max(1)
        .default(0.75)
        .describe('Blur from 0 (sharp) to 1 beyond which a face earns no slot'),
      maxMotionPx: positive(100)
        .default(0.8)
        .describe(
          'Motion of the head that registration may leave, pixels of the 112 pixel crop, before a face earns no slot',
        ),
      maxShiftPx: positive(1000)
        .default(5)
        .describe(
          'Way of the head within 0.2 s, pixels of the 112 pixel crop, beyond which a face earns no slot: registration cannot take out what turns with it',
        ),
      maxCovered: z
        .number()
        .min(0)
        .max(1)
        .default(0.06)
        .describe('Share of a face before which something (a hand, a cup) may be before it earns no slot'),
    })
    .prefault({})
    .describe('What is too poor to say anything from'),

  spot: z
    .strictObject({
      falseAlarmsPerFaceHour: positive(3600)
        .default(6)
        .describe(
          'Each camera sets its threshold so that its own noise gives about so many, but never below the model’s',
        ),
      calibrationFaceMinutes: positive(1440)
        .default(10)
        .describe('Face time from which a camera learns its threshold'),
    })
    .prefault({})
    .describe('Finding micro-expressions'),

  aggregation: z
    .strictObject({
      windowS: wholeFrom(5, 86_400)
        .default(900)
        .describe('Length of the tumbling windows, aligned to the wall clock'),
      slotS: positive(3600).default(10).describe('Seconds of qualifying face time that make one slot'),
      slotsPerTrack: wholeFrom(1, 1000)
        .default(3)
        .describe('Most slots that one track earns in one window (m)'),
      assumedTracksPerPerson: wholeFrom(1, 1000)
        .default(4)
        .describe(
          'Assumed upper bound of tracks that one person causes in one window; times m it bounds a contribution',
        ),
      minHeadCount: wholeFrom(1, 10_000)
        .default(5)
        .describe('k: smaller declared zones and smaller noised totals are withheld'),
      noise: z
        .enum(['discrete-laplace', 'none'])
        .default('discrete-laplace')
        .describe('none is for purpose demo only'),
      epsilonPerWindow: positive(20).default(1).describe('Privacy loss of one released window of one zone'),
      epsilonPerDay: positive(1000)
        .default(32)
        .describe('Most privacy loss per zone in any 24 hours; then nothing is released'),
      regions: z
        .strictObject({
          epsilonPerWindow: positive(20).describe(
            'Privacy loss of these counts in one released window of one zone, on top of the other',
          ),
        })
        .optional()
        .describe('Release also where on the face events were: six counts a window. Default: not'),
      atStop: z
        .enum(['discarded', 'closed'])
        .default('discarded')
        .describe(
          'What becomes of the window that runs when the daemon is stopped: nothing of it is told, or it is closed and released as any other, marked as cut',
        ),
    })
    .prefault({})
    .describe('What is released, and how much noise it carries'),

  mqtt: z
    .strictObject({
      url: address(
        /^mqtts?:\/\/[^@/]+$/,
        'mqtt://host:port or mqtts://host:port, no user or password in it',
        brokerAddressFault,
      ).describe('The broker. Default ports: 1883, and 8883 for mqtts'),
      version: z
        .union([z.literal(5), z.literal(4)])
        .default(5)
        .describe('5 for MQTT 5, 4 for MQTT 3.1.1'),
      baseTopic: text(
        /^[^/#+\s$][^/#+\s]*(\/[^/#+\s]+){0,7}$/,
        'levels without spaces, "#" and "+", such as acme/osaka/press',
      ).describe('ISA-95 path: enterprise/site/area[/line]'),
      username: z.string().min(1).max(200).optional().describe('Needs passwordFile'),
      passwordFile: filePath.optional().describe('File with the password on one line. Needs username'),
      tls: z
        .strictObject({
          caFile: filePath.optional().describe('Default: the CAs of the system'),
          certFile: filePath.optional().describe('Client certificate, PEM. Needs keyFile'),
          keyFile: filePath.optional().describe('Its private key, PEM. Needs certFile'),
        })
        .optional()
        .describe(
          'For mqtts. The broker certificate is always verified; there is no switch to turn that off',
        ),
      sparkplug: z
        .strictObject({
          group: sparkplugId.describe('Group id: the topics begin with spBv1.0/GROUP'),
          primaryHost: sparkplugId
            .optional()
            .describe('Id of the primary host. Then nothing is told there while its STATE is not online'),
        })
        .optional()
        .describe('The same as Sparkplug B 3.0, beside the topics below baseTopic. Absent: off'),
      discovery: z
        .strictObject({
          prefix: text(/^[A-Za-z0-9_-]{1,32}$/, 'letters, digits, "_" and "-", at most 32')
            .default('homeassistant')
            .describe('First level of the topic'),
        })
        .optional()
        .describe('Retained announcement for Home Assistant and whoever reads the same form. Absent: off'),
      queueMessages: wholeFrom(10, 100_000)
        .default(10_000)
        .describe(
          'Signals that may wait for a broker that is away, on disk too (about 1 kB each). Of more, the oldest make way for a gap marker',
        ),
      keepaliveS: wholeFrom(5, 3600).default(30).describe('Seconds between signs of life to the broker'),
    })
    .describe('Where aggregates go'),

  health: z
    .strictObject({
      intervalS: wholeFrom(1, 3600).default(10).describe('Seconds between health messages'),
      http: z
        .strictObject({
          address: z
            .enum(['127.0.0.1', '::1'])
            .default('127.0.0.1')
            .describe('Where it listens. Loopback only: from elsewhere by ssh -L, or an agent on the box'),
          port: wholeFrom(1, 65_535).default(9464).describe('TCP port'),
        })
        .optional()
        .describe('Health over HTTP too: /livez, /readyz, and /metrics for Prometheus. Absent: not'),
    })
    .prefault({})
    .describe('Signs of life; they carry no number of a person'),

  state: z
    .strictObject({
      folder: filePath
        .default('/var/lib/micron-edge')
        .describe(
          'Ledger, audit log and pause. Nothing about a person. $STATE_DIRECTORY wins when systemd sets it',
        ),
    })
    .prefault({})
    .describe('What is kept on disk'),

  audit: z
    .strictObject({
      fileDays: wholeFrom(1, 366)
        .default(7)
        .describe('A new file begins after so many days; files are removed as a whole'),
      fileKb: wholeFrom(4, 65_536).default(1024).describe('And when one has this many kilobytes'),
    })
    .prefault({})
    .describe('The hash-chained log in the folder audit below state.folder'),

  live: z
    .strictObject({
      address: z
        .enum(['127.0.0.1', '::1'])
        .default('127.0.0.1')
        .describe('Where the page is, while a view is open. Loopback only: from elsewhere by ssh -L'),
      port: wholeFrom(1, 65_535).default(8790).describe('TCP port of the page; closed while no view is open'),
      maxMinutes: wholeFrom(1, 60).default(10).describe('A view ends by itself after so many minutes'),
      fps: wholeFrom(1, 25).default(10).describe('Pictures per second that are shown'),
    })
    .optional()
    .describe(
      'Allows `micron-edge live`: masks where faces are, for commissioning. Absent: there is no live view',
    ),

  page: z
    .strictObject({
      address: z
        .enum(['127.0.0.1', '::1'])
        .default('127.0.0.1')
        .describe('Where the page is. Loopback only: from elsewhere by the plant’s proxy, or ssh -L'),
      port: wholeFrom(1, 65_535).default(8791).describe('TCP port'),
      tokenFile: filePath.describe(
        'File with one line, the login token, 20 letters at least; readable by the service only',
      ),
      origin: text(
        /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?$/,
        'http:// or https:// and a host name, without a path',
      )
        .optional()
        .describe('Under which a proxy shows the page to browsers, if one does'),
    })
    .optional()
    .describe(
      'A page in the browser: state, released aggregates, budget, audit log, pause. Absent: there is none',
    ),

  kpi: z
    .strictObject({
      definedOn: z.iso.date().describe('Day on which these definitions were agreed, YYYY-MM-DD'),
      definitions: z
        .array(success)
        .min(1)
        .max(50)
        .describe('Each is judged; together they share the 5 % of false alarms'),
    })
    .optional()
    .describe(
      'What `micron-edge report` is to judge. Its hash is announced in status and in the audit log, so that it shows when it was written',
    ),

  log: z
    .strictObject({
      level: z
        .enum(['error', 'warn', 'info', 'debug'])
        .default('info')
        .describe('Least severity that is logged'),
    })
    .prefault({})
    .describe('Log lines go to stdout as JSON'),

  cameras: z
    .array(camera)
    .min(1)
    .max(64)
    .describe('With a folder as configuration, the lists of its files are joined'),
});

/** The configuration with every default filled in. Secrets are still references to files. */
export type Config = z.output<typeof configSchema>;
export type CameraConfig = Config['cameras'][number];
export type KpiDefinition = NonNullable<Config['kpi']>['definitions'][number];
export type ZoneConfig = CameraConfig['zones'][number];
