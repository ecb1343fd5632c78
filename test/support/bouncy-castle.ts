import { runJava } from './java.ts';

const LIBRARIES = ['bcprov', 'bcpkix', 'bcutil'];
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
  const lines = runJava('BouncyCastleOpener.java', LIBRARIES, [key, certificate, ...messages]);
  if (lines.length !== messages.length) throw new Error('Bouncy Castle did not answer for every message');
  return lines.map((line) => (line.startsWith('opened ') ? Buffer.from(line.slice(7), 'base64') : null));
}
