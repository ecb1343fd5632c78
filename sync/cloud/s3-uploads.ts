import type { Readable } from 'node:stream';
import { DataStore, ERRORS, Upload } from '@tus/server';
import { z } from 'zod';
import { fromUtf8, utf8 } from '../../signing/bytes.ts';
import type { S3Bucket } from './s3-bucket.ts';
import type { UploadStore } from './upload-store.ts';

const PREFIX = 'uploads/';
const INFO = 'info';
/** Of the bytes of a request so much is in memory at a time; a cut loses none of it. */
const PIECE_BYTES = 8 * 1024 * 1024;
const OFFSET_DIGITS = 15;

interface Piece {
  readonly key: string;
  readonly offset: number;
  readonly size: number;
}

const infoText = z.object({
  size: z.int().positive(),
  metadata: z.record(z.string(), z.string().nullable()).optional(),
});

/**
 * Uploads in a bucket: `uploads/<id>/info`, and of each request what came as pieces named by offset and length. Pieces
 * are never changed and never joined, so any process goes on at any byte, and a process that dies leaves what it had
 * written. A kiosk sends the same bytes at the same place each time: pieces of two requests at once overlap without
 * harm, and the digest of the whole is checked before anything is believed.
 */
export function s3Uploads(bucket: S3Bucket): UploadStore {
  const folder = (id: string): string => `${PREFIX}${id}/`;

  async function keysOf(id: string): Promise<readonly { readonly key: string; readonly size: number }[]> {
    const all: { key: string; size: number }[] = [];
    for (;;) {
      const page = await bucket.list(folder(id), all.at(-1)?.key ?? null);
      if (page.length === 0) return all;
      all.push(...page);
    }
  }
  async function piecesOf(id: string): Promise<readonly Piece[]> {
    const start = folder(id).length;
    const keys = (await keysOf(id)).filter(({ key }) => key !== folder(id) + INFO);
    return withoutGaps(
      keys.map(({ key, size }) => ({ key, size, offset: Number(key.slice(start, start + OFFSET_DIGITS)) })),
    );
  }
  async function infoOf(id: string): Promise<z.infer<typeof infoText> | null> {
    const info = await bucket.get(folder(id) + INFO);
    return info === null ? null : infoText.parse(JSON.parse(fromUtf8(info)));
  }

  class Store extends DataStore {
    override extensions = ['creation', 'creation-with-upload'];

    override async create(upload: Upload): Promise<Upload> {
      const { size, metadata } = upload;
      await bucket.put(folder(upload.id) + INFO, utf8(JSON.stringify({ size, metadata })));
      return upload;
    }

    /** What arrived before a cut is written before the cut is told. */
    override async write(stream: Readable, id: string, offset: number): Promise<number> {
      let at = offset;
      let held: Uint8Array[] = [];
      let length = 0;
      const flush = async (): Promise<void> => {
        if (length === 0) return;
        const place = at.toString().padStart(OFFSET_DIGITS, '0');
        await bucket.put(`${folder(id)}${place}-${length}`, Buffer.concat(held));
        at += length;
        held = [];
        length = 0;
      };
      try {
        for await (const chunk of stream as AsyncIterable<Uint8Array>) {
          held.push(chunk);
          length += chunk.length;
          if (length >= PIECE_BYTES) await flush();
        }
      } finally {
        await flush();
      }
      return at;
    }

    override async getUpload(id: string): Promise<Upload> {
      const [info, pieces] = await Promise.all([infoOf(id), piecesOf(id)]);
      if (info === null) throw Object.assign(new Error('no such upload'), ERRORS.FILE_NOT_FOUND);
      return new Upload({
        id,
        offset: endOf(pieces),
        size: info.size,
        ...(info.metadata && { metadata: info.metadata }),
      });
    }
  }

  return {
    tus: new Store(),
    async offset(id) {
      const [info, pieces] = await Promise.all([infoOf(id), piecesOf(id)]);
      return info === null ? null : endOf(pieces);
    },
    async bytes(id, size) {
      const pieces = await piecesOf(id);
      if (endOf(pieces) !== size) return null;
      const whole = new Uint8Array(size);
      for (const piece of pieces) {
        const bytes = await bucket.get(piece.key);
        if (bytes?.length !== piece.size) return null;
        whole.set(bytes, piece.offset);
      }
      return whole;
    },
    async remove(id) {
      for (const { key } of await keysOf(id)) await bucket.remove(key);
    },
    async list(after) {
      // Past everything of that upload: digits and letters sort before the tilde.
      const page = await bucket.list(PREFIX, after === null ? null : `${folder(after)}~`);
      return [...new Set(page.map(({ key }) => key.slice(PREFIX.length).split('/')[0] ?? ''))];
    },
  };
}

/** In order, as far as there is no gap; what only repeats others is left out. */
function withoutGaps(pieces: readonly Piece[]): readonly Piece[] {
  const used: Piece[] = [];
  for (const piece of pieces.toSorted((one, other) => one.offset - other.offset)) {
    const end = endOf(used);
    if (piece.offset > end) break;
    if (piece.offset + piece.size > end) used.push(piece);
  }
  return used;
}

function endOf(pieces: readonly Piece[]): number {
  const last = pieces.at(-1);
  return last === undefined ? 0 : last.offset + last.size;
}
