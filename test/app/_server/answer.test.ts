import { expect, it } from 'vitest';
import { bytesAnswer } from '../../../app/_server/answer.ts';

it.each([0, 1, 262_144, 262_145, 1_000_003])(
  '%i bytes arrive whole, in pieces small enough for the loop',
  async (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) % 251);
    const answer = bytesAnswer(bytes, 'application/pdf');
    expect(answer.headers.get('content-length')).toBe(String(length));
    const pieces: Uint8Array[] = [];
    for await (const piece of answer.body ?? []) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    expect(Math.max(0, ...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(262_144);
  },
);
