/**
 * Programs that are not ours, asked about a container: `unzip` whether it is a sound archive, and `unzip` with `openssl` what a
 * plain reader could say of its signatures: each manifest's over its bytes, the digest of each file it names, and whether a
 * file is left that no manifest names. Neither knows what is in our packages.
 */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

export type ContainerVerdict = 'accepts' | 'rejects';

/** Any complaint of `unzip -t` counts, warnings too. */
export function unzipTest(file: string): ContainerVerdict {
  const { status } = spawnSync('unzip', ['-tqq', file], { timeout: 60_000 });
  return status === 0 ? 'accepts' : 'rejects';
}

/** @param trust PEM of root and issuing authority; a file. @param dir for scratch files. */
export function openSslAsic(file: string, trust: string, dir: string): ContainerVerdict {
  const names = spawnSync('unzip', ['-Z1', file], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
  const manifests = names.filter((name) => /^META-INF\/ASiCManifest[^/]*\.xml$/.test(name));
  const spoken = new Set<string>(['mimetype']);
  const good = manifests.every((name) => {
    const xml = content(file, name);
    const signature = /<asic:SigReference URI="([^"]+)"/.exec(xml.toString())?.[1] ?? '';
    spoken.add(name).add(signature);
    const references = [
      ...xml.toString().matchAll(/<asic:DataObjectReference URI="([^"]+)"[^]*?#(\w+)"\/>\s*<ds:DigestValue>([^<]+)</g),
    ];
    const unchanged = references.every(([, uri = '', algorithm = '', digest]) => {
      const target = decodeURIComponent(uri);
      spoken.add(target);
      return createHash(algorithm).update(content(file, target)).digest('base64') === digest;
    });
    return references.length > 0 && unchanged && verifies(content(file, signature), xml, trust, dir);
  });
  return good && manifests.length > 0 && names.every((name) => spoken.has(name)) ? 'accepts' : 'rejects';
}

function content(file: string, name: string): Buffer {
  return spawnSync('unzip', ['-p', file, name], { maxBuffer: 16 * 1024 * 1024 }).stdout;
}

function verifies(signature: Uint8Array, over: Uint8Array, trust: string, dir: string): boolean {
  const [der, bytes] = [path.join(dir, 'asic.p7s'), path.join(dir, 'asic.xml')];
  writeFileSync(der, signature);
  writeFileSync(bytes, over);
  const { status } = spawnSync('openssl', [
    ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', der, '-content', bytes],
    ...['-CAfile', trust, '-purpose', 'any', '-out', '/dev/null'],
  ]);
  return status === 0;
}
