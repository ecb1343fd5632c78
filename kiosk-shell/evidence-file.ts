import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fromUtf8 } from '../signing/bytes.ts';
import { err, ok, type Result } from '../signing/result.ts';
import { parseKioskEvidence, type KioskEvidenceConfig } from '../sync/evidence/evidence-config.ts';
import { readPrivateFile } from '../vault/private-files.ts';
import { DATA_LAYOUT } from './enrolment.ts';

/**
 * What `<dataDir>/kiosk/keys/evidence.json` asks of this kiosk: null without the file, which is the rule. The error says in
 * English what is wrong with it.
 */
export function readKioskEvidence(dataDir: string): Result<KioskEvidenceConfig | null, string> {
  const file = join(dataDir, ...DATA_LAYOUT.kioskEvidence);
  if (!existsSync(file)) return ok(null);
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(readPrivateFile(file)));
  } catch (problem) {
    return err(
      problem instanceof SyntaxError
        ? 'it is not JSON'
        : problem instanceof Error
          ? problem.message
          : 'it cannot be read',
    );
  }
  return parseKioskEvidence(value);
}
