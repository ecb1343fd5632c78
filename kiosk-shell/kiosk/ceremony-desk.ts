import type { Ceremony } from '../../signing/ceremony/ceremony.ts';
import type { CeremonyInput } from '../../signing/ceremony/input.ts';
import { parseIdentity } from '../../signing/ceremony/identity.ts';
import { startCeremony } from '../../signing/ceremony/next.ts';
import { isoTime } from '../../signing/clock.ts';
import { noticeDigest, unrecordableNoticeDigest } from '../../signing/ceremony/notice-digest.ts';
import { CURRENT_NOTICE_VERSION } from '../../signing/ceremony/notices.ts';
import { nextSignatories } from '../../signing/ceremony/signatories.ts';
import type { Sha256 } from '../../signing/digest.ts';
import type { CeremonyId, DocumentId } from '../../signing/ids.ts';
import { ok } from '../../signing/result.ts';
import type { PlacementRecord } from '../../vault/placement-store.ts';
import type { Act } from '../kiosk-api/acts.ts';
import type { IdentityInput } from '../kiosk-api/ceremony.ts';
import type { Actor } from '../kiosk-api/staff.ts';
import { refuse, writeAct, type KioskContext } from './context.ts';
import { calendarDate } from './calendar-date.ts';
import { closedBy } from './opening.ts';
import { escrowStatus } from './escrow-watch.ts';
import { aboutCeremony, saveStep, takeStep } from './ceremony-steps.ts';

const FILL_TIMEOUT_MS = 30_000;

/** What screens are told when a ceremony moves; the runtime wires it to displays, pads and events. */
export interface CeremonyListener {
  moved(ceremony: Ceremony): void;
}

/** From "who are you" to "may we record how you write": everything before a pen is lifted. */
export class CeremonyDesk {
  readonly #context: KioskContext;
  readonly #listener: CeremonyListener;

  constructor(context: KioskContext, listener: CeremonyListener) {
    this.#context = context;
    this.#listener = listener;
  }

  begin(
    transaction: string,
    signatory: string,
    actor: Actor,
    { pictureOnly }: { readonly pictureOnly: boolean },
  ): Act<Ceremony> {
    const { vault, clock, newId } = this.#context;
    const closed = closedBy(this.#context);
    if (closed !== null) return refuse(closed, 'nobody new is served now');
    const { number } = this.#context.configuration.status();
    const unable = escrowStatus(this.#context).problem;
    if (unable !== null && !pictureOnly) return refuse('escrow-unavailable', unable);
    const { lastTrusted, offset } = this.#context.cloudWatch.evidence();
    const clockFacts = {
      ...(lastTrusted === null ? {} : { lastTrusted }),
      ...(offset === undefined ? {} : { clockOffsetMs: offset.ms, clockUncertaintyMs: offset.uncertaintyMs }),
    };
    const under = number === null ? {} : { configuration: number };
    const begun = vault.write<Act<Ceremony>>(() => {
      const found = vault.transactions.get(transaction);
      const person = vault.signatories.get(signatory);
      if (found === null || person?.transaction !== found.id) return refuse('not-found', 'no such signatory');
      if (found.state !== 'open' && found.state !== 'signing') {
        return refuse('wrong-state', `the transaction is ${found.state}`);
      }
      const job = vault.jobs.get(found.id);
      if (job?.state === 'taken' && job.expiresAt <= clock.now()) return refuse('job-ended', isoTime(job.expiresAt));
      // One counter, one customer, one screen before them.
      if (vault.ceremonies.allActive().length > 0)
        return refuse('busy', 'another ceremony is under way at this counter');
      const next = nextSignatories(vault.signatories.ofTransaction(transaction));
      if (!next.some(({ id }) => id === person.id)) return refuse('not-your-turn', 'others sign first');
      const turns = vault.placements
        .ofTransaction(transaction)
        .filter((record) => record.signatory === person.id && isTurn(record) && record.sealedAt === null)
        .map((record) => ({ document: record.document, placement: record.placement.id }));
      if (turns.length === 0) return refuse('wrong-state', 'nothing is left to sign');
      const step = startCeremony({
        id: newId() as CeremonyId,
        transaction: found.id,
        signatory: person.id,
        clerk: actor.staff.id as Ceremony['clerk'],
        startedAt: clock.now(),
        turns,
      });
      const audit = step.audit.map((fact) => ({
        ...fact,
        extra: { ...fact.extra, ...(unable === null ? {} : { escrow: unable }), ...under, ...clockFacts },
      }));
      saveStep(this.#context, { ...step, audit }, actor);
      vault.signatories.setState(person.id, 'active');
      vault.transactions.setState(found.id, 'signing');
      return ok(step.ceremony);
    });
    if (begun.ok) this.#listener.moved(begun.value);
    return begun;
  }

  /** Identity, and what the clerk writes into text fields and boxes: both before the customer reads. */
  async attest(
    id: string,
    input: IdentityInput,
    values: Readonly<Record<string, string | boolean>>,
    actor: Actor,
  ): Promise<Act<Ceremony>> {
    const { vault, clock, identity } = this.#context;
    const ceremony = vault.ceremonies.get(id);
    if (ceremony === null) return refuse('not-found', 'no such ceremony');
    if (ceremony.state.kind !== 'identity') return refuse('wrong-state', 'identity was recorded already');
    const clerk = { id: actor.staff.id as Ceremony['clerk'], name: actor.staff.name };
    const check = parseIdentity(input, clerk, clock.now(), identity.timeZone);
    if (!check.ok) return refuse('invalid', check.error.join(', '));
    const entries = this.#entries(ceremony, values);
    if (!entries.ok) return entries;
    const filled = await this.#fill(entries.value);
    if (!filled.ok) return filled;
    const attested = writeAct<Ceremony>(vault, () => {
      // Somebody may have ended the ceremony, or attested it, while the fields were filled.
      if (vault.ceremonies.get(id)?.state.kind !== 'identity') return refuse('wrong-state', 'the ceremony moved on');
      for (const { document, increment, digest, length, previous } of filled.value) {
        const appended = vault.documents.appendRevision(
          document,
          increment,
          { digest, length, kind: 'filled' },
          previous,
        );
        if (!appended.ok) return refuse('revision-changed', 'the document changed meanwhile');
        const extra = { document, digest };
        vault.audit.append({ eventType: 'document.filled', ...aboutCeremony(this.#context, ceremony, actor), extra });
      }
      for (const { record, value } of entries.value) {
        vault.placements.setValue(record.document, record.placement.id, String(value));
      }
      const digest = vault.identities.insert(ceremony.transaction, ceremony.id, check.value);
      const documents = this.#toShow(ceremony);
      return takeStep(this.#context, id, { kind: 'attest', identity: digest, documents }, actor);
    });
    if (attested.ok) this.#listener.moved(attested.value);
    return attested;
  }

  pageSeen(id: string, document: string, digest: string, page: number, dwellMs: number): Act {
    return this.#take(id, {
      kind: 'page-seen',
      document: document as DocumentId,
      digest: digest as Sha256,
      page,
      dwellMs,
    });
  }

  finishReview(id: string): Act {
    return this.#take(id, { kind: 'finish-review' });
  }

  answerConsent(id: string, answer: 'biometric' | 'picture-only', language: 'sl' | 'en'): Act {
    const unable = escrowStatus(this.#context).problem;
    // Nobody agrees to what cannot be done: the screen shows another notice then, and does not ask.
    if (unable !== null && answer === 'biometric') return refuse('escrow-unavailable', unable);
    const { tenant, keyHolder } = this.#context.identity;
    // The digest of the very text that screens show in this language, with these names in it.
    const parties = { tenant: tenant.name, keyHolder };
    const notice = unable === null ? noticeDigest(language, parties) : unrecordableNoticeDigest(language, parties);
    const noticeVersion = CURRENT_NOTICE_VERSION;
    return this.#take(id, { kind: 'answer-consent', answer, notice, noticeVersion, language });
  }

  decline(id: string): Act {
    return this.#take(id, { kind: 'decline' });
  }

  cancel(id: string, reason: string, actor: Actor): Act {
    return this.#take(id, { kind: 'cancel', reason }, actor);
  }

  #take(id: string, input: CeremonyInput, actor: Actor | null = null): Act {
    const taken = takeStep(this.#context, id, input, actor);
    if (!taken.ok) return taken;
    this.#listener.moved(taken.value);
    return ok(undefined);
  }

  /** Every document in which this signatory has something to sign, as it is now. */
  #toShow(ceremony: Ceremony): { document: DocumentId; digest: Sha256; length: number; pageCount: number }[] {
    const { vault } = this.#context;
    const own = new Set(
      vault.placements
        .ofTransaction(ceremony.transaction)
        .filter(({ signatory }) => signatory === ceremony.signatory)
        .map(({ document }) => document),
    );
    return vault.documents
      .ofTransaction(ceremony.transaction)
      .filter(({ id }) => own.has(id))
      .map(({ id, facts }) => {
        const newest = vault.documents.newest(id);
        if (newest === null) throw new Error('a document always has a revision');
        return { document: id, digest: newest.digest, length: newest.length, pageCount: facts.pages.length };
      });
  }

  #entries(ceremony: Ceremony, values: Readonly<Record<string, string | boolean>>): Act<readonly Entry[]> {
    const { vault, clock, identity } = this.#context;
    const own = vault.placements
      .ofTransaction(ceremony.transaction)
      .filter(({ signatory }) => signatory === ceremony.signatory);
    const entries: Entry[] = [];
    for (const record of own) {
      const { kind, id, required, label } = record.placement;
      const turns = own.filter((other) => other.document === record.document && isTurn(other));
      // Whoever sits down again after a seal of theirs finds what they signed: it is not written anew.
      if (turns.some(({ sealedAt }) => sealedAt !== null)) continue;
      if (kind === 'date' && turns.length === 0) {
        // No seal of theirs will come to this document: the date is that of the sitting.
        entries.push({ record, value: calendarDate(clock.now(), identity.timeZone) });
      }
      if (kind !== 'text' && kind !== 'checkbox') continue;
      const given = values[id];
      const value = kind === 'checkbox' ? given === true : typeof given === 'string' ? given.trim() : '';
      if (required && (value === '' || value === false)) return refuse('invalid', `field '${label}' is required`);
      if (value !== '') entries.push({ record, value });
    }
    return ok(entries);
  }

  async #fill(entries: readonly Entry[]): Promise<Act<readonly Filled[]>> {
    const { vault, work } = this.#context;
    const filled: Filled[] = [];
    for (const document of new Set(entries.map(({ record }) => record.document))) {
      const previous = vault.documents.newest(document);
      const bytes = previous === null ? null : await vault.documents.read(document, previous.digest);
      if (previous === null || bytes === null) return refuse('not-found', 'the document is gone');
      const values = entries
        .filter(({ record }) => record.document === document)
        .map(({ record, value }) => ({ fieldName: record.placement.fieldName, value }));
      const result = await work.run('fill', { bytes, values }, { timeoutMs: FILL_TIMEOUT_MS });
      if (!result.ok) return refuse('invalid', result.error.detail);
      const { increment, digest } = result.value;
      const length = previous.length + increment.length;
      filled.push({ document, increment, digest, length, previous: previous.digest });
    }
    return ok(filled);
  }
}

interface Entry {
  readonly record: PlacementRecord;
  readonly value: string | boolean;
}
interface Filled {
  readonly document: DocumentId;
  readonly increment: Uint8Array;
  readonly digest: Sha256;
  readonly length: number;
  readonly previous: Sha256;
}

function isTurn({ placement }: PlacementRecord): boolean {
  return placement.kind === 'signature' || placement.kind === 'initials';
}
