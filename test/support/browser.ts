import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium on the PATH, if there is one. */
export function findChromium(): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(':'))
    for (const name of NAMES)
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not in this folder.
      }
  return undefined;
}

/** A browser that has never been anywhere, with its profile in an empty folder. */
export const startBrowser = async (
  executablePath: string,
  folder: string,
): Promise<BrowserContext & AsyncDisposable> => {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    headless: true,
    args: FLAGS,
    viewport: { width: 1280, height: 900 },
  });
  return Object.assign(context, { [Symbol.asyncDispose]: () => context.close() });
};
