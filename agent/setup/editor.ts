import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CameraConfig, Config } from '../config/schema.ts';
import type { Mask } from '../domain/frame.ts';
import { ROOT } from '../installation.ts';
import type { Asset } from '../live/assets.ts';
import { Doorway } from '../live/doorway.ts';
import { helloOf } from '../live/hello.ts';
import { OneTimeToken } from '../live/token.ts';
import { type Drawing, drawingSchema } from './zones.ts';

/** Whoever has come in by the doorway. */
type Visitor = Parameters<Parameters<Doorway['onEnter']>[0]>[0];

const PAGE = join(ROOT, 'agent/setup/page');
const MOST_BYTES = 64 * 1024;
/** Boxes are told so often: enough to see where people are. */
const BOXES_MS = 200;

async function assets(): Promise<ReadonlyMap<string, Asset>> {
  const file = async (name: string, type: string) => ({ type, content: await readFile(join(PAGE, name)) });
  return new Map([
    ['/', await file('index.html', 'text/html; charset=utf-8')],
    ['/style.css', await file('style.css', 'text/css; charset=utf-8')],
    ['/editor.js', await file('editor.js', 'text/javascript; charset=utf-8')],
    ['/drawing.js', await file('drawing.js', 'text/javascript; charset=utf-8')],
  ]);
}

export interface EditorOptions {
  readonly config: Config;
  readonly camera: CameraConfig;
  readonly port: number;
  /** What is wrong with a drawing, each in a sentence; empty when it is saved. */
  save(drawing: Drawing): Promise<string[]>;
}

/**
 * The page on which zones are drawn: polygons over boxes where faces are, and nothing of the picture. One visitor, with a
 * link that works once, on loopback.
 */
export class Editor implements AsyncDisposable {
  readonly #doorway: Doorway;
  readonly #options: EditorOptions;
  readonly url: string;
  #viewer: Visitor | undefined;
  #toldMs = 0;
  #done!: (saved: boolean) => void;
  /** True when a drawing was saved, false when the page was closed without. */
  readonly done: Promise<boolean>;

  private constructor(doorway: Doorway, text: string, options: EditorOptions) {
    this.#doorway = doorway;
    this.#options = options;
    this.url = `${doorway.origin}/#${text}`;
    this.done = new Promise((resolve) => {
      this.#done = resolve;
    });
    doorway.onEnter((viewer) => this.#welcome(viewer));
  }

  /** @throws OperatorError live-port */
  static async open(options: EditorOptions): Promise<Editor> {
    const { token, text } = OneTimeToken.create();
    const place = { address: '127.0.0.1', port: options.port };
    const doorway = await Doorway.open(place, token, { assets: await assets(), mostBytes: MOST_BYTES });
    return new Editor(doorway, text, options);
  }

  /** Where faces are now; told a few times a second, and kept nowhere. */
  boxes(masks: readonly Mask[], nowMs: number): void {
    if (this.#viewer === undefined || nowMs - this.#toldMs < BOXES_MS) return;
    this.#toldMs = nowMs;
    const { widthPx, heightPx } = this.#options.camera.analysis;
    const boxes = masks.map(({ area }) => [
      area.x / widthPx,
      area.y / heightPx,
      area.width / widthPx,
      area.height / heightPx,
    ]);
    this.#viewer.send(JSON.stringify({ type: 'boxes', boxes }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#doorway.close('over');
  }

  #welcome(viewer: Visitor): void {
    const { camera, config } = this.#options;
    const zones = camera.zones.map(({ id, name = '', headCount, polygon }) => ({
      id,
      name,
      headCount,
      polygon,
    }));
    const { optOut } = helloOf(camera, config, 0);
    this.#viewer = viewer;
    viewer.send(
      JSON.stringify({
        type: 'hello',
        camera: camera.id,
        node: config.node.id,
        ...camera.analysis,
        minHeadCount: config.aggregation.minHeadCount,
        zones,
        optOut,
      }),
    );
    viewer.once('close', () => this.#done(false));
    viewer.on('message', (data, isBinary) => {
      if (!isBinary) void this.#receive(viewer, String(data));
    });
  }

  async #receive(viewer: Visitor, text: string): Promise<void> {
    let problems: string[];
    try {
      const parsed = drawingSchema.safeParse(JSON.parse(text));
      problems = parsed.success
        ? await this.#options.save(parsed.data)
        : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    } catch (error) {
      problems = [
        error instanceof SyntaxError ? 'the page sent something else than a drawing' : String(error),
      ];
    }
    viewer.send(JSON.stringify({ type: 'answer', problems }));
    if (problems.length === 0) setTimeout(() => this.#done(true), 300);
  }
}
