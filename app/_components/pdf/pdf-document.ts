'use client';

import { useEffect, useState } from 'react';
import type { PDFDocumentLoadingTask, PDFDocumentProxy } from 'pdfjs-dist';

/** 'wrong': the bytes are not those the digest names, so they are not shown. */
export type PdfState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly pdf: PDFDocumentProxy }
  | { readonly kind: 'failed' }
  | { readonly kind: 'wrong' };

const LOADING: PdfState = { kind: 'loading' };

/** Loads `url`, checks it against `digest` (SHA-256, hex) and opens it. Nothing of it outlives the screen. */
export function usePdf(url: string, digest: string): PdfState {
  const [state, setState] = useState<{ readonly key: string; readonly state: PdfState }>({ key: '', state: LOADING });
  const key = `${url} ${digest}`;
  useEffect(() => {
    const abort = new AbortController();
    let close: (() => void) | undefined;
    const show = (next: PdfState): void => {
      if (!abort.signal.aborted) setState({ key: `${url} ${digest}`, state: next });
    };
    void (async () => {
      try {
        const response = await fetch(url, { signal: abort.signal, cache: 'no-store' });
        if (!response.ok) {
          show({ kind: 'failed' });
          return;
        }
        const bytes = new Uint8Array(await response.arrayBuffer());
        if ((await sha256Hex(bytes)) !== digest) {
          show({ kind: 'wrong' });
          return;
        }
        const task = await openPdf(bytes);
        close = () => void task.destroy();
        if (abort.signal.aborted) {
          close();
          return;
        }
        show({ kind: 'ready', pdf: await task.promise });
      } catch {
        show({ kind: 'failed' });
      }
    })();
    return () => {
      abort.abort();
      close?.();
    };
  }, [url, digest]);
  return state.key === key ? state.state : LOADING;
}

async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** pdf.js without scripting, XFA or anything from another host; since version 5 it has no `eval` to switch off. */
async function openPdf(data: Uint8Array): Promise<PDFDocumentLoadingTask> {
  const pdfjs = await import('pdfjs-dist');
  pdfjs.GlobalWorkerOptions.workerSrc = '/pdfjs/build/pdf.worker.min.mjs';
  return pdfjs.getDocument({
    data,
    cMapUrl: '/pdfjs/cmaps/',
    cMapPacked: true,
    standardFontDataUrl: '/pdfjs/standard_fonts/',
    wasmUrl: '/pdfjs/wasm/',
    iccUrl: '/pdfjs/iccs/',
    enableXfa: false,
    useSystemFonts: false,
    verbosity: 0,
  });
}
