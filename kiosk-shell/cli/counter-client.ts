import type { VerificationReport } from '../../signing/verification/verification-report.ts';
import type { SurfaceInk } from '../kiosk-api/capture.ts';
import type { CeremonyView, IdentityInput } from '../kiosk-api/ceremony.ts';
import type { DisplayView } from '../kiosk-api/display.ts';
import type { TransactionDetail, TransactionSummary } from '../kiosk-api/transaction.ts';

/** The kiosk said no: `code` as the route gave it, `what` in words of the caller. */
export class CounterRefusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(what: string, status: number, code: string) {
    super(`${what}: the kiosk answered '${code}'`);
    this.name = 'CounterRefusal';
    this.code = code;
    this.status = status;
  }
}

export interface DemoExport {
  readonly signed: readonly string[];
  readonly package: string;
  readonly receipt: string;
  /** JWK set of the keys the cloud signs receipts with. */
  readonly cloudKeys: string;
  readonly audit: string;
  readonly escrowKey: string;
  readonly escrowCert: string;
  readonly trust: string;
}

/** A clerk and a customer's screen as programs: the same routes, cookies and order of steps as the browser's. */
export class CounterClient {
  readonly #base: string;
  readonly #cookies = new Map<string, string>();

  constructor(base: string) {
    this.#base = base;
  }

  signIn(name: string, secret: string): Promise<unknown> {
    return this.#post('sign in', '/api/sign-in', { name, secret });
  }
  becomeDisplay(): Promise<unknown> {
    return this.#post('open the customer screen', '/api/display/new', {});
  }
  async intake(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<TransactionDetail> {
    const form = new FormData();
    for (const { name, bytes } of files)
      form.append('file', new File([Uint8Array.from(bytes)], name, { type: 'application/pdf' }));
    return (await this.#send('take the document in', 'POST', '/api/intake', form)) as TransactionDetail;
  }
  async transactions(): Promise<readonly TransactionSummary[]> {
    return (await this.#send('list the transactions', 'GET', '/api/transactions')) as readonly TransactionSummary[];
  }
  async transaction(id: string): Promise<TransactionDetail> {
    return (await this.#send('read the transaction', 'GET', `/api/transactions/${id}`)) as TransactionDetail;
  }
  async begin(transaction: string, signatory: string): Promise<CeremonyView> {
    return (await this.#post('begin the ceremony', '/api/ceremonies', { transaction, signatory })) as CeremonyView;
  }
  identity(
    ceremony: string,
    input: IdentityInput,
    values: Readonly<Record<string, string | boolean>>,
  ): Promise<unknown> {
    return this.#post('record the identity check', `/api/ceremonies/${ceremony}/identity`, { input, values });
  }
  chooseDevice(ceremony: string, device: { kind: 'pad'; id: string } | { kind: 'surface' }): Promise<unknown> {
    return this.#post('choose the device', `/api/ceremonies/${ceremony}/device`, { device });
  }
  async display(): Promise<DisplayView> {
    return (await this.#send('read the customer screen', 'GET', '/api/display')) as DisplayView;
  }
  displayDocument(document: string, digest: string): Promise<Uint8Array> {
    return this.#bytes(`/api/display/documents/${document}/${digest}.pdf`);
  }
  documentBytes(transaction: string, document: string, digest: string): Promise<Uint8Array> {
    return this.#bytes(`/api/documents/${transaction}/${document}/${digest}.pdf`);
  }
  seen(ceremony: string, document: string, digest: string, page: number, dwellMs: number): Promise<unknown> {
    return this.#post('record a page', '/api/display/acts/seen', { ceremony, document, digest, page, dwellMs });
  }
  finishReview(ceremony: string): Promise<unknown> {
    return this.#post('finish reading', '/api/display/acts/finish-review', { ceremony });
  }
  consent(ceremony: string, answer: 'biometric' | 'picture-only', language: 'sl' | 'en'): Promise<unknown> {
    return this.#post('answer the consent question', '/api/display/acts/consent', { ceremony, answer, language });
  }
  decline(ceremony: string): Promise<unknown> {
    return this.#post('decline', '/api/display/acts/decline', { ceremony });
  }
  accept(ceremony: string, ink: SurfaceInk | null): Promise<unknown> {
    return this.#post('accept the signature', '/api/display/acts/accept', { ceremony, ink });
  }
  answerDoubt(ceremony: string, keep: boolean): Promise<unknown> {
    return this.#post('answer the question', '/api/display/acts/doubt', { ceremony, keep });
  }
  async replay(name: string, bytes: Uint8Array): Promise<void> {
    const form = new FormData();
    form.append('file', new File([Uint8Array.from(bytes)], name));
    form.append('fast', '1');
    await this.#send('replay the ink', 'POST', '/api/simulated-pad/replay', form);
  }
  /** Samples in pixels of the simulated pad's screen, sent at their own pace; resolves when the last is written. */
  pen(samples: readonly { x: number; y: number; p: number; tip: boolean; t: number }[]): Promise<unknown> {
    return this.#post('move the pen', '/api/simulated-pad/pen', { samples, fast: false });
  }
  press(button: 'ok' | 'clear' | 'cancel'): Promise<unknown> {
    return this.#post('press a pad button', '/api/simulated-pad/press', { button });
  }
  /** Managers only. */
  async verify(transaction: string): Promise<VerificationReport> {
    return (await this.#post('verify', `/api/transactions/${transaction}/verify`, {})) as VerificationReport;
  }
  dismiss(): Promise<unknown> {
    return this.#post('free the customer screen', '/api/counter/dismiss', {});
  }
  async export(transaction: string): Promise<DemoExport> {
    return (await this.#send('export the result', 'GET', `/api/demo/export/${transaction}`)) as DemoExport;
  }

  #post(what: string, path: string, body: unknown): Promise<unknown> {
    return this.#send(what, 'POST', path, JSON.stringify(body));
  }

  async #bytes(path: string): Promise<Uint8Array> {
    const answer = await fetch(this.#base + path, { headers: { cookie: this.#cookieHeader() } });
    if (!answer.ok) throw new CounterRefusal('read a document', answer.status, await codeOf(answer));
    return new Uint8Array(await answer.arrayBuffer());
  }

  async #send(what: string, method: 'GET' | 'POST', path: string, body?: string | FormData): Promise<unknown> {
    const answer = await fetch(this.#base + path, {
      method,
      headers: {
        cookie: this.#cookieHeader(),
        ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
      },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    if (!answer.ok) throw new CounterRefusal(what, answer.status, await codeOf(answer));
    return (await answer.json()) as unknown;
  }

  #cookieHeader(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

async function codeOf(answer: Response): Promise<string> {
  const body = (await answer.json().catch(() => ({}))) as { readonly code?: unknown };
  return typeof body.code === 'string' ? body.code : `status ${answer.status}`;
}
