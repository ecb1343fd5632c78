import { sha256Apart, type Sha256 } from '../../signing/digest.ts';
import { PROTOCOL_VERSION } from '../protocol/receipt.ts';
import { PROTOCOL_HEADER } from '../protocol/wire.ts';
import { lineProblem, type Fetch } from './line.ts';
import type { Timers } from './timers.ts';

export interface DownloadPorts {
  readonly cloudUrl: string;
  readonly fetch: Fetch;
  readonly timers: Timers;
  readonly token: () => Promise<string>;
}

/** Of a document on its way; kept over cuts, so that the next try begins where this one ended. In memory only. */
export class Partial {
  readonly #bytes: Uint8Array;
  #length = 0;

  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
  }

  get length(): number {
    return this.#length;
  }

  get isWhole(): boolean {
    return this.#length === this.#bytes.length;
  }

  bytes(): Uint8Array {
    return this.#bytes;
  }

  startAgain(): void {
    this.#length = 0;
  }

  /** False when more comes than was announced. */
  append(chunk: Uint8Array): boolean {
    if (this.#length + chunk.length > this.#bytes.length) return false;
    this.#bytes.set(chunk, this.#length);
    this.#length += chunk.length;
    return true;
  }
}

/** A line on which nothing comes for so long is cut. */
const SILENCE_MS = 30_000;

/** Goes on with `partial` until it is whole and has that digest; else says what stopped it. */
export async function download(
  { cloudUrl, fetch, timers, token }: DownloadPorts,
  path: string,
  digest: Sha256,
  partial: Partial,
  stopped: AbortSignal,
): Promise<'whole' | 'gone' | { readonly problem: string }> {
  const silence = new AbortController();
  let cancel = timers.after(SILENCE_MS, () => silence.abort());
  try {
    const response = await fetch(`${cloudUrl}${path}`, {
      headers: {
        authorization: `Bearer ${await token()}`,
        [PROTOCOL_HEADER]: `${PROTOCOL_VERSION}`,
        range: `bytes=${partial.length}-`,
      },
      redirect: 'error',
      signal: AbortSignal.any([silence.signal, stopped]),
    });
    if (response.status === 404) return 'gone';
    if (response.status === 200) partial.startAgain();
    else if (response.status !== 206 || !begins(response, partial.length)) {
      return { problem: `status ${response.status}` };
    }
    for await (const chunk of response.body ?? []) {
      cancel();
      cancel = timers.after(SILENCE_MS, () => silence.abort());
      if (!partial.append(chunk)) return startAgain(partial, 'more came than was announced');
    }
  } catch (error) {
    return { problem: lineProblem(error) };
  } finally {
    cancel();
  }
  if (!partial.isWhole) return { problem: 'cut' };
  return (await sha256Apart(partial.bytes())) === digest ? 'whole' : startAgain(partial, 'other bytes than announced');
}

function startAgain(partial: Partial, problem: string): { readonly problem: string } {
  partial.startAgain();
  return { problem };
}

function begins(response: Response, at: number): boolean {
  return response.headers.get('content-range')?.startsWith(`bytes ${at}-`) === true;
}
