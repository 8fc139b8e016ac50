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

/** A browser that has never been anywhere. Its profile is its own to remove: it writes there until its last process is gone. */
export async function startBrowser(executablePath: string): Promise<BrowserContext & AsyncDisposable> {
  const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  return Object.assign(context, { [Symbol.asyncDispose]: () => browser.close() });
}
