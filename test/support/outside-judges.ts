/**
 * Programs that are not ours, asked about the signatures of a PDF. pdfsig judges integrity and trust, PDFBox with Bouncy
 * Castle integrity, OpenSSL the CMS that is cut out of the file and its time-stamps; poppler shows whether the pages look as
 * they did when they were signed. None of them judges what was changed after a signature.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expectOid, readDerPrefix } from '../../signing/cms/der-reader.ts';
import { runJava } from './java.ts';
import { pdfPicture, withPdfFile } from './poppler.ts';

/** 'part': the signatures are good, but none covers the file to its end. */
export type OutsideVerdict = 'accepts' | 'part' | 'rejects';

const LIBRARIES = ['pdfbox2', 'fontbox2', 'commons-logging', 'bcprov', 'bcpkix', 'bcutil'];
/** For `requireTool`. */
export const PDFBOX_TOOLS = ['javac', 'pdfbox2.jar', 'bcpkix.jar'] as const;

/** One answer a file; a single run of Java for all. Needs `PDFBOX_TOOLS`. */
export function pdfBox(files: readonly string[]): readonly OutsideVerdict[] {
  const lines = runJava('PdfBoxJudge.java', LIBRARIES, files);
  if (lines.length !== files.length) throw new Error('PDFBox did not answer for every file');
  return lines.map((line) => {
    const words = line.split(' ');
    if (!words.every((word) => word.startsWith('valid'))) return 'rejects';
    return words.some((word) => word === 'valid:whole') ? 'accepts' : 'part';
  });
}

/** `database` as `trustDatabase` makes it. Fields without a signature are passed over, as pdfsig does. */
export function pdfSig(file: string, database: string): OutsideVerdict {
  const { stdout } = spawnSync('pdfsig', ['-nssdir', database, file], { encoding: 'utf8', timeout: 60_000 });
  const said = (words: string): number => stdout.split(words).length - 1;
  const signed = said('- Signature Validation: ');
  const good = signed > 0 && said('Signature is Valid.') === signed && said('Certificate is Trusted.') === signed;
  if (!good) return 'rejects';
  return said('- Total document signed') > 0 ? 'accepts' : 'part';
}

/**
 * Cuts each CMS out as a plain reader would: the last /ByteRange of a dictionary, the hex between its ranges.
 * @param trust PEM of root and issuing authority; a file. @param dir for scratch files.
 */
export function openSsl(bytes: Uint8Array, trust: string, dir: string): OutsideVerdict {
  const text = Buffer.from(bytes).toString('latin1');
  const ranges = [...text.matchAll(/\/ByteRange \[\s*(\d+) (\d+) (\d+) (\d+)\s*\]/g)].map((match) =>
    match.slice(1).map(Number),
  );
  const signed = ranges.every(([a = 0, b = 0, c = 0, d = 0]) => {
    const parts = Buffer.concat([bytes.subarray(a, a + b), bytes.subarray(c, c + d)]);
    const der = Buffer.from(text.slice(b + 1, c - 1), 'hex');
    return der.length > 0 && verifies(der, parts, trust, dir);
  });
  if (ranges.length === 0 || !signed) return 'rejects';
  return ranges.some(([, , c = 0, d = 0]) => c + d === bytes.length) ? 'accepts' : 'part';
}

function verifies(padded: Uint8Array, content: Uint8Array, trust: string, dir: string): boolean {
  const at = (name: string, data: Uint8Array): string => {
    writeFileSync(path.join(dir, name), data);
    return path.join(dir, name);
  };
  const cms = at('judged.der', padded);
  const stamps = tokensIn(padded).every(({ token, value }) => {
    const files = ['-in', at('judged.tst', token), '-data', at('judged.value', value)];
    return spawnSync('openssl', ['ts', '-verify', '-token_in', ...files, '-CAfile', trust]).status === 0;
  });
  const { status } = spawnSync('openssl', [
    ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', cms],
    ...['-content', at('judged.bytes', content), '-CAfile', trust, '-purpose', 'any', '-out', '/dev/null'],
  ]);
  return stamps && status === 0;
}

const SIGNATURE_TIMESTAMP = '1.2.840.113549.1.9.16.2.14';

/** Time-stamp tokens of the first signer, cut out only, and the signature value they should be over. */
function tokensIn(cms: Uint8Array): readonly { readonly token: Uint8Array; readonly value: Uint8Array }[] {
  try {
    const signedData = readDerPrefix(cms).value.children[1]?.children[0]?.children ?? [];
    const signer = signedData.at(-1)?.children[0]?.children ?? [];
    const value = signer[5]?.content ?? new Uint8Array();
    return (signer[6]?.children ?? [])
      .filter((attribute) => expectOid(attribute.children[0]) === SIGNATURE_TIMESTAMP)
      .flatMap((attribute) => attribute.children[1]?.children.map((token) => ({ token: token.encoded, value })) ?? []);
  } catch {
    return [];
  }
}

/** Whether pages look other than when they were signed: their number, or a first page drawn differently. */
export function looksChanged(bytes: Uint8Array, signed: Uint8Array): boolean {
  const [now, then] = [bytes, signed].map(look);
  return now !== then;
}

function look(bytes: Uint8Array): string {
  try {
    const info = withPdfFile(bytes, (file) => execFileSync('pdfinfo', [file], { encoding: 'utf8', stdio: 'pipe' }));
    const { width, height, pixels } = pdfPicture(bytes, 36);
    const pages = /^Pages: +(\d+)$/m.exec(info)?.[1] ?? '?';
    return `${pages} ${width} ${height} ${Buffer.from(pixels).toString('base64')}`;
  } catch {
    return 'not drawn';
  }
}
