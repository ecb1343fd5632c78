import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readLaunchConfig } from '../config.ts';
import { heldBy, isDemoData } from './data-folder.ts';

/** `npm run reset`: forgets the demo tenant, its keys and everything signed with them on this machine. */
const launch = readLaunchConfig(process.env, join(import.meta.dirname, '..', '..'));
if (!launch.ok) {
  for (const { name, problem } of launch.error) console.error(`${name} ${problem}.`);
  process.exit(64);
}
const { dataDir } = launch.value;
const holder = heldBy(dataDir);
if (!existsSync(dataDir)) {
  console.log('Nothing to reset: there is no data folder.');
} else if (!isDemoData(dataDir)) {
  console.error(`${dataDir} was not made by the demo; it is left alone. Remove it by hand if you are sure.`);
  process.exit(1);
} else if (holder !== null) {
  console.error(`Countersign is running on this data (process ${holder}). End it with Ctrl-C, then reset.`);
  process.exit(1);
} else {
  rmSync(dataDir, { recursive: true });
  console.log('The demo data folder is gone. The next start makes a new tenant.');
}
