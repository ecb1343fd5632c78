import { spawnSync } from 'node:child_process';
import path from 'node:path';

const CLASS_PATH = ['bcprov', 'bcpkix', 'bcutil'].map((jar) => `/usr/share/java/${jar}.jar`).join(':');
/** For `requireTool`. */
export const BOUNCY_CASTLE_TOOLS = ['javac', 'bcpkix.jar'] as const;

/**
 * What Bouncy Castle opens each message to, null where it refuses; a single run of Java for all.
 * @param key file with PKCS#8 DER. @param certificate file with DER.
 */
export function bouncyCastleOpens(
  key: string,
  certificate: string,
  messages: readonly string[],
): readonly (Uint8Array | null)[] {
  const program = path.join(import.meta.dirname, 'BouncyCastleOpener.java');
  const args = ['-Xmx512m', '-cp', CLASS_PATH, program, key, certificate, ...messages];
  const { stdout, stderr } = spawnSync('java', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const lines = stdout.trim().split('\n');
  if (lines.length !== messages.length) throw new Error(`Bouncy Castle did not answer for every message: ${stderr}`);
  return lines.map((line) => (line.startsWith('opened ') ? Buffer.from(line.slice(7), 'base64') : null));
}
