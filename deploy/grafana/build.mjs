#!/usr/bin/env node
// Writes the dashboard and telegraf.conf: node deploy/grafana/build.mjs
import { writeFileSync } from 'node:fs';
import { dashboard } from './dashboard.mjs';
import { telegrafText } from './telegraf.mjs';

export const files = {
  'dashboards/micron-edge.json': `${JSON.stringify(dashboard, null, 2)}\n`,
  'telegraf.conf': telegrafText(),
};
if (process.argv[1] === new URL(import.meta.url).pathname)
  for (const [name, text] of Object.entries(files)) writeFileSync(new URL(name, import.meta.url), text);
