/**
 * Looks for pads as somebody else: the argument is a group. Everything is loaded as root first, since the project's
 * folder may be readable by nobody else; then rights are given up for good. Prints what it saw as JSON.
 */
import { openTransport } from '../../../drivers/open-pad.ts';
import { scanPads } from '../../../drivers/find-pads.ts';

const NOBODY = 65_534;
const group = Number(process.argv[2]);
await scanPads();
process.setgroups?.([group]);
process.setgid?.(group);
process.setuid?.(NOBODY);

const { found, unusable } = await scanPads();
const opened: string[] = [];
for (const pad of found) {
  const { transport, road } = await openTransport(pad);
  // Capability, which every STU answers (pads.md 1.6).
  const capability = await transport.getFeatureReport(0x09, 17);
  if (capability[0] === 0x09) opened.push(road);
  await transport.close();
}
process.stdout.write(JSON.stringify({ opened, problems: unusable.map(({ problem }) => problem) }));
process.exit(0);
