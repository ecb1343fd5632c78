/** Run by the hostile tests in a process of its own, so that its memory can be told: prints one line of JSON. */
import { readFileSync } from 'node:fs';
import { preflight } from '../../../signing/documents/preflight.ts';

const bytes = readFileSync(process.argv[2] ?? '');
const start = performance.now();
const result = preflight(bytes);
process.stdout.write(
  JSON.stringify({
    outcome: result.ok ? 'accepted' : result.error.code,
    detail: result.ok ? '' : result.error.detail,
    seconds: (performance.now() - start) / 1000,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
