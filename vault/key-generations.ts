import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fromUtf8, utf8 } from '../signing/bytes.ts';
import { certificatePem } from '../signing/cms/pem.ts';
import type { KeyStore } from './key-store/key-store.ts';
import { readAtRest, writeAtRest } from './key-store/sealed-file.ts';
import { readPrivateFile, writePrivateFile } from './private-files.ts';

/**
 * Keys that came by renewal lie beside those of the enrolment, numbered from 2: `device.key.N.pem`, `seal.key.N.pem`,
 * `renewal.N.json` while they wait for certificates, and last of all `seal.chain.N.pem`. A number with a chain is whole; the
 * one after it may be waiting. Older ones stay: what was completed under them may not be packed yet.
 */
const CHAIN = /^seal\.chain\.(\d{1,4})\.pem$/;
const KEY = /^(?:seal|device)\.key\.\d{1,4}\.pem$/;

export function generationFiles(number: number): Readonly<Record<'device' | 'seal' | 'chain' | 'requests', string>> {
  const n = String(number);
  return {
    device: `device.key.${n}.pem`,
    seal: `seal.key.${n}.pem`,
    chain: `seal.chain.${n}.pem`,
    requests: `renewal.${n}.json`,
  };
}

/** Numbers that are whole, oldest first; without the enrolment's own. */
export function generations(folder: string): readonly number[] {
  return readdirSync(folder)
    .map((name) => Number(CHAIN.exec(name)?.[1] ?? 0))
    .filter((number) => number > 1)
    .toSorted((a, b) => a - b);
}

/** Names of private keys that came by renewal and lie in the clear. */
export function renewedKeyFiles(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => KEY.test(name));
}

/** Keys that wait for their certificates, and the very requests for those (PKCS#10 in DER, base64). */
export interface PendingKeys {
  readonly device: KeyObject;
  readonly seal: KeyObject;
  readonly requests: { readonly device: string; readonly seal: string };
}
const requestsSchema = z.object({ device: z.string(), seal: z.string() });

/** Null: none were made, or not all of it was written. */
export function readPendingKeys(folder: string, store: KeyStore | null): PendingKeys | null {
  const files = generationFiles(next(folder));
  if (!existsSync(join(folder, files.requests))) return null;
  const requests = requestsSchema.parse(JSON.parse(fromUtf8(readPrivateFile(join(folder, files.requests)))));
  const key = (file: string): KeyObject | null => {
    const pem = readAtRest(folder, file, store);
    if (pem === null) return null;
    const read = createPrivateKey({ key: pem, format: 'pem' });
    pem.fill(0);
    return read;
  };
  const [device, seal] = [key(files.device), key(files.seal)];
  return device === null || seal === null ? null : { device, seal, requests };
}

/** Durable when it returns; the requests are written last. */
export function writePendingKeys(
  folder: string,
  { device, seal, requests }: PendingKeys,
  store: KeyStore | null,
): void {
  const files = generationFiles(next(folder));
  for (const [file, key] of [
    [files.device, device],
    [files.seal, seal],
  ] as const) {
    const pem = Buffer.from(key.export({ type: 'pkcs8', format: 'pem' }));
    writeAtRest(folder, file, pem, store);
    pem.fill(0);
  }
  writePrivateFile(join(folder, files.requests), utf8(JSON.stringify(requests)));
}

/** The pending keys have their certificates: one file makes them the newest. DER, own first, without the root. */
export function completePendingKeys(folder: string, sealChain: readonly Uint8Array[]): void {
  const files = generationFiles(next(folder));
  writePrivateFile(join(folder, files.chain), utf8(certificatePem(...sealChain)));
  rmSync(join(folder, files.requests), { force: true });
}

function next(folder: string): number {
  return (generations(folder).at(-1) ?? 1) + 1;
}
