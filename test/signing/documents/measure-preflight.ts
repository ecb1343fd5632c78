/** Run by the hostile tests in a process of its own, so that its memory can be told: prints one line of JSON. */
import { readFileSync } from 'node:fs';
import { preflight } from '../../../signing/documents/preflight.ts';

const bytes = readFileSync(process.argv[2] ?? '');
const start = process.cpuUsage();
const result = preflight(bytes);
const { user, system } = process.cpuUsage(start);
process.stdout.write(
  JSON.stringify({
    outcome: result.ok ? 'accepted' : result.error.code,
    detail: result.ok ? '' : result.error.detail,
    // Of the processor: what else the machine does meanwhile says nothing about the code.
    seconds: (user + system) / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
