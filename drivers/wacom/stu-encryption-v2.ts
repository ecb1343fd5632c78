/**
 * Session keys of the STU-430, 530 and 540 (`pads.md` 1.10): the pad makes an AES-256 key and sends it under our
 * RSA-2048 key (OAEP, SHA-1). The pad does not prove who it is.
 */
import { RSA_PKCS1_OAEP_PADDING } from 'node:constants';
import { generateKeyPair, privateDecrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { PadError } from '../pad.ts';
import * as crypto from './stu-crypto-reports.ts';
import type { StuEncryptionStatus } from './stu-crypto-reports.ts';
import type { SessionEncryption } from './stu-encryption.ts';
import type { StuLink } from './stu-link.ts';
import { stuReport } from './stu-report-table.ts';

/** A pad takes seconds to make a key; after this it never will. */
const pollMs = 50;
const polls = 120;
/** The pad says by report 0x50 that it is done; that can be lost, so the state is asked for too, now and then. */
const askEvery = 10;
const keyLength = 32;
const exponent = [1, 0, 1] as const;

interface HostKey {
  readonly modulus: Uint8Array;
  readonly privateKey: KeyObject;
}
let hostKeyOnce: Promise<HostKey> | null = null;

/**
 * The RSA pair that pads send their keys under. One for the process: finding one takes a good part of a second, it
 * only ever opens keys of a single capture, and it is never written down.
 */
export function stuHostKey(): Promise<HostKey> {
  hostKeyOnce ??= (async () => {
    const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    const modulus = Uint8Array.from(Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url'));
    return { modulus, privateKey };
  })();
  return hostKeyOnce;
}

/** Steps 1 to 4; the returned `makeKey` does 5 to 7. */
export async function openEncryptionV2(link: StuLink): Promise<SessionEncryption> {
  await encryptionStatus(link);
  const host = await stuHostKey();
  await link.command(crypto.encodeSetType());
  await link.command(crypto.encodeExponent(exponent));
  for (let at = 0; at < host.modulus.length; at += crypto.pieceLength) {
    await link.command(crypto.encodeModulusPiece(host.modulus.subarray(at, at + crypto.pieceLength)));
  }
  const taken = await encryptionStatus(link);
  if (taken.exponent !== 'ready' || taken.modulus !== 'ready') {
    throw new PadError('refused', 'the pad does not take the public key');
  }
  return { version: 'v2', makeKey: () => makeKey(link, host.privateKey) };
}

async function makeKey(link: StuLink, privateKey: KeyObject): Promise<Uint8Array> {
  link.forgetArrived(stuReport.encryptionStatus);
  await link.command(crypto.encodeMakeKey());
  checkResult(await encryptionStatus(link));
  await keyMade(link);
  // Commands are taken in Ready only, which the pad may call itself a little after the news.
  await link.waitFor('ready');
  const pieces: Uint8Array[] = [];
  for (let index = 0; index < 4; index++) {
    await link.set(crypto.encodeGetKeyPiece(index));
    const piece = crypto.parseKeyPiece(await link.get(stuReport.encryptionCommand));
    if (!piece.ok) throw new PadError('refused', 'a piece of the key is malformed');
    pieces.push(piece.value);
  }
  return openSessionKey(privateKey, Buffer.concat(pieces));
}

async function keyMade(link: StuLink): Promise<void> {
  for (let poll = 1; poll <= polls; poll++) {
    const arrived = link.arrived(stuReport.encryptionStatus);
    const told = arrived ? crypto.parseEncryptionStatus(arrived) : null;
    const state = told?.ok ? told.value : poll % askEvery === 0 ? await encryptionStatus(link) : null;
    if (state) checkResult(state);
    if (state?.encryptedKey === 'ready') return;
    await link.pause(pollMs);
  }
  throw new PadError('wrong-state', 'the pad does not come to the end of making a key');
}

/** Step 7. Errors of OpenSSL stay here: the pad sent something that is not a key under ours. */
export function openSessionKey(privateKey: KeyObject, encrypted: Uint8Array): Uint8Array {
  try {
    const padding = RSA_PKCS1_OAEP_PADDING;
    const plain = privateDecrypt({ key: privateKey, padding, oaepHash: 'sha1' }, encrypted);
    const key = new Uint8Array(keyLength);
    const last = plain.subarray(-keyLength);
    key.set(last, keyLength - last.length);
    plain.fill(0);
    return key;
  } catch {
    throw new PadError('refused', 'the key of the pad cannot be opened');
  }
}

async function encryptionStatus(link: StuLink): Promise<StuEncryptionStatus> {
  const status = crypto.parseEncryptionStatus(await link.get(stuReport.encryptionStatus));
  if (!status.ok) throw new PadError('refused', 'the encryption status is malformed');
  return status.value;
}

function checkResult({ lastResult }: StuEncryptionStatus): void {
  if (lastResult !== 0) throw new PadError('refused', `encryption, result 0x${lastResult.toString(16)}`);
}
