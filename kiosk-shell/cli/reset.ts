import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** `npm run reset`: forgets the demo tenant, its keys and everything signed with them on this machine. */
const dataDir = process.env['COUNTERSIGN_DATA'] ?? join(import.meta.dirname, '..', '..', '.countersign');
if (!existsSync(dataDir)) {
  console.log('Nothing to reset: there is no data folder.');
} else if (existsSync(join(dataDir, 'demo'))) {
  rmSync(dataDir, { recursive: true });
  console.log('The demo data folder is gone. The next start makes a new tenant.');
} else {
  console.error('This data folder was not made by the demo; it is left alone. Remove it by hand if you are sure.');
  process.exit(1);
}
