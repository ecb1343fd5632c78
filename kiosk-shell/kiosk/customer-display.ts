import type { Ceremony } from '../../signing/ceremony/ceremony.ts';
import { CURRENT_NOTICE_VERSION } from '../../signing/ceremony/notices.ts';
import type { DisplayDocument, DisplayView } from '../kiosk-api/display.ts';
import { auditActor, type KioskContext } from './context.ts';
import { escrowStatus } from './escrow-watch.ts';
import type { SigningDesk } from './signing-desk.ts';
import { toDisplayDocument } from './views.ts';

/** What stays on the customer's screen after their ceremony, until the clerk frees it. In memory only. */
interface Farewell {
  readonly ceremony: Ceremony;
  readonly kind: 'done' | 'declined';
}

/** The one screen before the customer: follows the ceremony under way, and never shows anything of another. */
export class CustomerDisplay {
  readonly #context: KioskContext;
  readonly #signing: SigningDesk;
  #farewell: Farewell | null = null;
  #pointer: { readonly ceremony: string; readonly document: string; readonly page: number } | null = null;

  constructor(context: KioskContext, signing: SigningDesk) {
    this.#context = context;
    this.#signing = signing;
  }

  /** Called for every step: an ended ceremony says good-bye, a new one takes the screen. */
  follow(ceremony: Ceremony): void {
    const { kind } = ceremony.state;
    if (kind === 'completed') this.#farewell = { ceremony, kind: 'done' };
    else if (kind === 'declined') this.#farewell = { ceremony, kind: 'declined' };
    else this.#farewell = null;
    if (this.#pointer?.ceremony !== ceremony.id) this.#pointer = null;
    this.show();
  }

  dismiss(): void {
    this.#farewell = null;
    this.#pointer = null;
    this.show();
  }

  point(ceremony: string, document: string, page: number): void {
    this.#pointer = { ceremony, document, page };
    this.show();
  }

  show(): void {
    this.#context.events.emit({ type: 'display', view: this.view() });
  }

  view(): DisplayView {
    const tenant = this.#context.identity.tenant.name;
    const [active] = this.#context.vault.ceremonies.allActive();
    if (active !== undefined) return this.#ofCeremony(active, tenant);
    const farewell = this.#farewell;
    if (farewell === null) return { kind: 'idle', tenant, branch: this.#context.identity.branch.name };
    if (farewell.kind === 'declined') return { kind: 'declined', tenant };
    return this.#done(farewell.ceremony, tenant);
  }

  /** Only bytes that the view names are ever handed to the customer's screen. */
  async document(document: string, digest: string): Promise<Uint8Array | null> {
    const view = this.view();
    const named =
      view.kind === 'review' || view.kind === 'done' ? view.documents : view.kind === 'capture' ? [view.document] : [];
    if (!named.some((entry) => entry.id === document && entry.digest === digest)) return null;
    return this.#context.vault.documents.read(document, digest);
  }

  /** The customer's own copy: while their good-bye is on the screen. */
  async copy(ceremony: string, document: string): Promise<{ name: string; bytes: Uint8Array } | null> {
    const { vault } = this.#context;
    const farewell = this.#farewell;
    if (farewell?.kind !== 'done' || farewell.ceremony.id !== ceremony) return null;
    const record = vault.documents.get(document);
    if (record?.transaction !== farewell.ceremony.transaction) return null;
    const bytes = await vault.documents.read(document);
    if (bytes === null) return null;
    vault.write(
      () =>
        void vault.audit.append({
          eventType: 'copy.released',
          transactionId: record.transaction,
          transactionName: vault.transactions.get(record.transaction)?.name ?? null,
          signatoryId: farewell.ceremony.signatory,
          ...auditActor(null),
          extra: { document },
          processState: 'signed',
        }),
    );
    return { name: `${record.name}.pdf`, bytes };
  }

  #ofCeremony(ceremony: Ceremony, tenant: string): DisplayView {
    const { state, id } = ceremony;
    switch (state.kind) {
      case 'identity':
        return { kind: 'hold', tenant, message: 'identity' };
      case 'review':
        return {
          kind: 'review',
          ceremony: id,
          tenant,
          documents: state.shown.map(({ document, digest }) => this.#displayed(ceremony, document, digest)),
          pagesSeen: Object.fromEntries(
            state.shown.map(({ document, pages }) => [document, Object.keys(pages).map(Number)]),
          ),
          pointer:
            this.#pointer?.ceremony === id ? { document: this.#pointer.document, page: this.#pointer.page } : null,
        };
      case 'consent':
        return {
          kind: 'consent',
          ceremony: id,
          tenant,
          noticeVersion: CURRENT_NOTICE_VERSION,
          keyHolder: this.#context.identity.keyHolder,
          recordable: escrowStatus(this.#context).problem === null,
        };
      case 'capture':
      case 'questioned': {
        const capture = this.#signing.view(ceremony);
        const newest = this.#context.vault.documents.newest(state.turn.document);
        if (capture === null || newest === null) return { kind: 'hold', tenant, message: 'pad' };
        const document = this.#displayed(ceremony, state.turn.document, newest.digest);
        return {
          kind: 'capture',
          ceremony: id,
          tenant,
          document,
          capture,
          biometric: state.consent.answer === 'biometric',
        };
      }
      case 'completed':
      case 'declined':
      case 'cancelled':
        return { kind: 'idle', tenant, branch: this.#context.identity.branch.name };
    }
  }

  #done(ceremony: Ceremony, tenant: string): DisplayView {
    const { vault } = this.#context;
    const { state } = ceremony;
    const documents = 'shown' in state ? state.shown.map(({ document }) => document) : [];
    return {
      kind: 'done',
      ceremony: ceremony.id,
      tenant,
      documents: documents.map((document) =>
        this.#displayed(ceremony, document, vault.documents.newest(document)?.digest ?? ''),
      ),
      shortCode: vault.signatories.get(ceremony.signatory)?.shortCode ?? '',
      biometric: 'consent' in state && state.consent.answer === 'biometric',
    };
  }

  #displayed(ceremony: Ceremony, document: string, digest: string): DisplayDocument {
    const record = this.#context.vault.documents.get(document);
    if (record === null) throw new Error('a shown document is in the vault');
    return toDisplayDocument(this.#context.vault, record, digest, ceremony.signatory);
  }
}
