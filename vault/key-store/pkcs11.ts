import koffi, { type LibraryHandle } from 'koffi';
import { KeyStoreError } from './key-store-error.ts';

/**
 * As much of PKCS #11 2.40 as one AES key needs. On the 64-bit systems this runs on (Linux, macOS) CK_ULONG and pointers have
 * eight bytes and structures have no packing, so a structure is a row of such words; Windows is refused.
 */
const OK = 0n;
const ALREADY_INITIALIZED = 0x191n;
const SERIAL_SESSION = 4n;
const USER = 1n;
const CLASS = 0n;
const LABEL = 3n;
const SECRET_KEY = 4n;
const AES_GCM = 0x1087n;
const LABEL_BYTES = 32;
/** CK_TOKEN_INFO has 208 bytes. */
const TOKEN_INFO_BYTES = 256;
const MOST_SLOTS = 64;

type Word = number | bigint;
type Call = (...parameters: readonly (Word | Buffer | null)[]) => Word;

/** One logged-in session; what a module answers is told by name of the call and number, never with contents. */
export interface TokenSession {
  /** The secret key with this label; null when there is none or more than one. */
  findKey(label: string): bigint | null;
  /** CKM_AES_GCM with a tag of 128 bits. @returns ciphertext and tag. */
  encrypt(key: bigint, nonce: Uint8Array, context: Uint8Array, plain: Uint8Array): Uint8Array;
  /** @returns null when key, context or a bit is another, as the token says it. */
  decrypt(key: bigint, nonce: Uint8Array, context: Uint8Array, sealed: Uint8Array): Buffer | null;
}

/** Runs `work` in a session with the token of this label, and ends session, login and (if it began it) the module. */
export function withToken<T>(module: string, label: string, pin: Buffer, work: (session: TokenSession) => T): T {
  const library = load(module);
  const first = call(library, 'C_Initialize', 'void *')(null);
  if (BigInt(first) !== OK && BigInt(first) !== ALREADY_INITIALIZED) throw failed('C_Initialize', first);
  try {
    const slot = slotOf(library, label);
    const handle = words(0n);
    // No session that writes: nothing is ever put on the token.
    must(
      'C_OpenSession',
      call(library, 'C_OpenSession', 'ulong, ulong, void *, void *, void *')(slot, SERIAL_SESSION, null, null, handle),
    );
    const session = handle.readBigUInt64LE();
    try {
      const login = BigInt(call(library, 'C_Login', 'ulong, ulong, void *, ulong')(session, USER, pin, pin.length));
      if (login !== OK) {
        throw new KeyStoreError(
          'refused',
          `The token '${label}' refuses the PIN (PKCS #11 answers 0x${login.toString(16)}). Correct it before you start again: after a few wrong ones a token locks itself.`,
        );
      }
      return work(sessionOn(library, session));
    } finally {
      call(library, 'C_CloseSession', 'ulong')(session);
    }
  } finally {
    if (BigInt(first) === OK) call(library, 'C_Finalize', 'void *')(null);
  }
}

function load(module: string): LibraryHandle {
  if (process.platform === 'win32') {
    throw new KeyStoreError('missing', 'A PKCS #11 token opens the vault key on Linux and macOS only.');
  }
  try {
    return koffi.load(module);
  } catch {
    throw new KeyStoreError(
      'missing',
      `The PKCS #11 module ${module} is not there or cannot be loaded. Install it again.`,
    );
  }
}

function call(library: LibraryHandle, name: string, parameters: string): Call {
  return library.func(`ulong ${name}(${parameters})`) as Call;
}

function slotOf(library: LibraryHandle, label: string): bigint {
  const slots = Buffer.alloc(8 * MOST_SLOTS);
  const count = words(BigInt(MOST_SLOTS));
  must('C_GetSlotList', call(library, 'C_GetSlotList', 'uchar, void *, void *')(1, slots, count));
  const info = call(library, 'C_GetTokenInfo', 'ulong, void *');
  const found: bigint[] = [];
  for (let index = 0n; index < count.readBigUInt64LE(); index += 1n) {
    const slot = slots.readBigUInt64LE(Number(index) * 8);
    const facts = Buffer.alloc(TOKEN_INFO_BYTES);
    if (BigInt(info(slot, facts)) !== OK) continue;
    if (facts.toString('utf8', 0, LABEL_BYTES).trimEnd() === label) found.push(slot);
  }
  const [only, ...more] = found;
  if (only === undefined) {
    throw new KeyStoreError('missing', `The token '${label}' is not there. Plug it in, then start again.`);
  }
  if (more.length > 0) throw new KeyStoreError('missing', `There are several tokens named '${label}'. Leave one in.`);
  return only;
}

function sessionOn(library: LibraryHandle, session: bigint): TokenSession {
  const crypt = (kind: 'Encrypt' | 'Decrypt', key: bigint, gcm: Buffer, input: Buffer): Buffer | null => {
    must(`C_${kind}Init`, call(library, `C_${kind}Init`, 'ulong, void *, ulong')(session, gcm, key));
    const output = Buffer.alloc(input.length + 64);
    const length = words(BigInt(output.length));
    const run = call(library, `C_${kind}`, 'ulong, void *, ulong, void *, void *');
    const answer = BigInt(run(session, input, input.length, output, length));
    if (answer !== OK) return null;
    return output.subarray(0, Number(length.readBigUInt64LE()));
  };
  return {
    findKey(label) {
      must(
        'C_FindObjectsInit',
        call(library, 'C_FindObjectsInit', 'ulong, void *, ulong')(session, templateOf(label), 2),
      );
      const handles = words(0n, 0n);
      const count = words(0n);
      must('C_FindObjects', call(library, 'C_FindObjects', 'ulong, void *, ulong, void *')(session, handles, 2, count));
      must('C_FindObjectsFinal', call(library, 'C_FindObjectsFinal', 'ulong')(session));
      return count.readBigUInt64LE() === 1n ? handles.readBigUInt64LE() : null;
    },
    encrypt(key, nonce, context, plain) {
      const input = Buffer.from(plain);
      const output = crypt('Encrypt', key, gcmOf(nonce, context), input);
      input.fill(0);
      if (output === null) throw new KeyStoreError('unfit', 'The key of the token does not encrypt with AES-GCM.');
      return output;
    },
    decrypt: (key, nonce, context, sealed) => crypt('Decrypt', key, gcmOf(nonce, context), Buffer.from(sealed)),
  };
}

/**
 * CK_MECHANISM and the CK_GCM_PARAMS of PKCS #11 2.40 and later (nonce, its bytes, its bits, associated data, its bytes, bits
 * of the tag) with all they point to in one buffer, so that nothing of it can go away before the call.
 */
function gcmOf(nonce: Uint8Array, context: Uint8Array): Buffer {
  const [parameters, iv, aad] = [24n, 72n, 72n + BigInt(nonce.length)];
  const all = Buffer.concat([Buffer.alloc(72), nonce, context]);
  const at = koffi.address(all);
  const size = BigInt(context.length);
  put(all, 0, [AES_GCM, at + parameters, 48n]);
  put(all, 24, [at + iv, BigInt(nonce.length), BigInt(nonce.length * 8), at + aad, size, 128n]);
  return all;
}

/** Two CK_ATTRIBUTE, in one buffer for the same reason: a secret key of this label. */
function templateOf(label: string): Buffer {
  const name = Buffer.from(label, 'utf8');
  const all = Buffer.concat([Buffer.alloc(56), name]);
  const at = koffi.address(all);
  put(all, 0, [CLASS, at + 48n, 8n, LABEL, at + 56n, BigInt(name.length), SECRET_KEY]);
  return all;
}

function put(buffer: Buffer, offset: number, values: readonly bigint[]): void {
  values.forEach((value, index) => buffer.writeBigUInt64LE(value, offset + index * 8));
}

function words(...values: readonly bigint[]): Buffer {
  const buffer = Buffer.alloc(8 * values.length);
  put(buffer, 0, values);
  return buffer;
}

function must(name: string, answer: Word): void {
  if (BigInt(answer) !== OK) throw failed(name, answer);
}

function failed(name: string, answer: Word): KeyStoreError {
  return new KeyStoreError('missing', `The token does not answer as it should (${name}: 0x${answer.toString(16)}).`);
}
