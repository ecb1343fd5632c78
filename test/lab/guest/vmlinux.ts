/**
 * The kernel out of its bzImage (Linux Documentation/arch/x86/boot.rst, header fields payload_offset and
 * payload_length): booted unpacked it need not unpack itself, which under emulation takes seconds.
 */
import { zstdDecompressSync, gunzipSync } from 'node:zlib';
import { spawnSync } from 'node:child_process';

const SETUP_SECTORS = 0x1f1;
const HEADER_MAGIC = 0x202;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;

/** Null where the payload is packed in a way that nothing here unpacks; the bzImage itself then boots, only slower. */
export function vmlinuxOf(bzImage: Buffer): Buffer | null {
  if (bzImage.toString('latin1', HEADER_MAGIC, HEADER_MAGIC + 4) !== 'HdrS') return null;
  const start = ((bzImage[SETUP_SECTORS] ?? 0) + 1) * 512 + bzImage.readUInt32LE(PAYLOAD_OFFSET);
  // The last four bytes are the size of what was packed.
  const payload = bzImage.subarray(start, start + bzImage.readUInt32LE(PAYLOAD_LENGTH) - 4);
  const unpacked = unpack(payload);
  return unpacked?.toString('latin1', 0, 4) === '\x7fELF' ? unpacked : null;
}

function unpack(payload: Buffer): Buffer | null {
  switch (payload.readUInt32BE(0)) {
    case 0x28b52ffd:
      return zstdDecompressSync(payload);
    case 0xfd377a58: {
      // Not busybox, which does not know the filter for x86 code that kernels are packed with.
      const done = spawnSync('xz', ['-dc', '--single-stream'], { input: payload, maxBuffer: 256 * 1024 * 1024 });
      return done.status === 0 ? done.stdout : null;
    }
    default:
      return payload.readUInt16BE(0) === 0x1f8b ? gunzipSync(payload) : null;
  }
}
