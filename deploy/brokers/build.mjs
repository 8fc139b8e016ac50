#!/usr/bin/env node
// Writes the access lists of EMQX and HiveMQ from rules.mjs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emqx, hivemq } from './rules.mjs';

writeFileSync(join(import.meta.dirname, 'emqx-acl.conf'), emqx);
writeFileSync(join(import.meta.dirname, 'hivemq-credentials.xml'), hivemq);
