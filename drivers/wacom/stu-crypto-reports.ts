/** Reports of session encryption: v1 (`pads.md` 1.9), v2 (1.10), and the two that begin and end a capture. */
import { bigEndian32, feature, parseFeature } from './stu-reports.ts';
import type { Parsed } from './stu-reports.ts';
import { stuReport } from './stu-report-table.ts';

export const encodeStartCapture = (session: number): Uint8Array =>
  feature(stuReport.startCapture, ...bigEndian32(session));
export const encodeEndCapture = (): Uint8Array => feature(stuReport.endCapture);

/** 16 bytes, big-endian. */
export const encodeHostPublicKey = (key: Uint8Array): Uint8Array => feature(stuReport.hostPublicKey, ...key);
export const parseDhPrime = (report: Uint8Array): Parsed<Uint8Array> =>
  parseFeature(report, stuReport.dhPrime, () => report.slice(1, 17));
export const parseDhBase = (report: Uint8Array): Parsed<number> =>
  parseFeature(report, stuReport.dhBase, (view) => view.getUint16(1));
/** Input or feature report 0x14. */
export const parseDevicePublicKey = (report: Uint8Array): Parsed<Uint8Array> =>
  parseFeature(report, stuReport.devicePublicKey, () => report.slice(1, 17));

const command = { setType: 1, setBlock: 2, getStatus: 3, getBlock: 4, makeKey: 5 } as const;
const block = { exponent: 0, modulus: 1, encryptedKey: 2 } as const;
/** AES-256, OAEP, RSA-2048. */
const [aes256, oaepRsa2048] = [2, (2 << 6) | 2];
/** Data bytes of one encryption command. */
export const pieceLength = 64;

const encryption = (...payload: readonly number[]): Uint8Array => feature(stuReport.encryptionCommand, ...payload);
export const encodeSetType = (): Uint8Array => encryption(command.setType, aes256, oaepRsa2048);
export const encodeExponent = (exponent: readonly number[]): Uint8Array =>
  encryption(command.setBlock, block.exponent, exponent.length, ...exponent);
/** The pad puts pieces together in the order they come. */
export const encodeModulusPiece = (piece: Uint8Array): Uint8Array =>
  encryption(command.setBlock, block.modulus, piece.length, ...piece);
export const encodeMakeKey = (): Uint8Array => encryption(command.makeKey);
export const encodeGetKeyPiece = (index: number): Uint8Array => encryption(command.getBlock, block.encryptedKey, index);
export const encodeGetEncryptionStatus = (): Uint8Array => encryption(command.getStatus);

/** The answer to `encodeGetKeyPiece`. */
export function parseKeyPiece(report: Uint8Array): Parsed<Uint8Array> {
  return parseFeature(report, stuReport.encryptionCommand, (view) => {
    const length = view.getUint8(3);
    if (view.getUint8(1) !== command.getBlock || length === 0 || length > pieceLength) return 'malformed';
    return report.slice(4, 4 + length);
  });
}

export type StuNumberState = 'ready' | 'calculating' | 'even' | 'too-long' | 'too-short' | 'invalid' | 'not-ready';
const states = new Map<number, StuNumberState>([
  [0x00, 'ready'],
  [0xfa, 'calculating'],
  [0xfb, 'even'],
  [0xfc, 'too-long'],
  [0xfd, 'too-short'],
  [0xfe, 'invalid'],
  [0xff, 'not-ready'],
]);
export interface StuEncryptionStatus {
  readonly exponent: StuNumberState;
  readonly modulus: StuNumberState;
  readonly encryptedKey: StuNumberState;
  /** 0 where the last encryption command went well. */
  readonly lastResult: number;
  /** Bits the pad gives for random numbers, SHA-1 and AES; what they say of them is not public. */
  readonly flags: { readonly random: boolean; readonly sha1: boolean; readonly aes: boolean };
}
/** Input or feature report 0x50. */
export function parseEncryptionStatus(report: Uint8Array): Parsed<StuEncryptionStatus> {
  return parseFeature(report, stuReport.encryptionStatus, (view) => {
    const state = (at: number): StuNumberState => states.get(view.getUint8(at)) ?? 'invalid';
    const flags = view.getUint8(8);
    return {
      exponent: state(4),
      modulus: state(5),
      encryptedKey: state(6),
      lastResult: view.getUint8(7),
      flags: { random: (flags & 4) !== 0, sha1: (flags & 2) !== 0, aes: (flags & 1) !== 0 },
    };
  });
}
