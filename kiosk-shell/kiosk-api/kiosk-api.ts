/**
 * What the screens can ask of a running kiosk: the one door (`app/_server/runtime.ts`) hands this out.
 * Plain data in and out, in the files beside this one; times are RFC 3339 UTC strings; nothing holds pen data except
 * `SurfaceInk`.
 */
import type { AuditEntry } from '../../signing/audit/audit-entry.ts';
import type { InkDoubt } from '../../signing/capture/capture-record.ts';
import type { DocumentRefusal } from '../../signing/documents/document.ts';
import type { Result } from '../../signing/result.ts';
import type { VerificationReport } from '../../signing/verification/verification-report.ts';
import type { Watch } from '../observe/watch.ts';
import type { Act } from './acts.ts';
import type { SurfaceInk } from './capture.ts';
import type { CeremonyView, IdentityInput } from './ceremony.ts';
import type { CounterStatus } from './counter.ts';
import type { DisplayView } from './display.ts';
import type { ErasureOrder } from './erasure.ts';
import type { NewPlacement } from './documents.ts';
import type { CheckedFile, CheckRefusal, ReportWanted, SavedReport } from './report.ts';
import type { Actor, SignInRefusal, Staff } from './staff.ts';
import type {
  DeliveryState,
  ReviewState,
  TransactionDetail,
  TransactionState,
  TransactionSummary,
} from './transaction.ts';

/**
 * Pushed to screens; `live` ink has positions only, thinned, in 0..1 of the capture area. `customer`: it is meant for the
 * customer's screen as well, since the pad shows none of it.
 */
export type KioskEvent =
  | { readonly type: 'transactions' }
  | { readonly type: 'transaction'; readonly id: string }
  | { readonly type: 'counter'; readonly status: CounterStatus }
  | { readonly type: 'display'; readonly view: DisplayView }
  | {
      readonly type: 'live';
      readonly ceremony: string;
      readonly placement: string;
      readonly strokes: readonly (readonly (readonly [number, number])[])[];
      readonly reset: boolean;
      readonly customer: boolean;
    };

export interface KioskApi {
  readonly role: 'kiosk';
  /** How it goes, for whoever keeps it running. */
  readonly watch: Watch;
  /** From now on not ready. */
  drain(): Promise<void>;
  /** ---- staff */
  signIn(
    name: string,
    secret: string,
    ip: string | null,
  ): Promise<Result<{ token: string; staff: Staff; expiresAt: string }, SignInRefusal>>;
  /** Touches the session (it expires by inactivity) unless `touch` is false: a screen refreshing itself is nobody's act. */
  staffByToken(token: string, touch?: boolean): Staff | null;
  signOut(token: string, ip: string | null): void;
  /** The customer's screen proves itself by a token of its own. */
  newDisplay(actor: Actor): { token: string };
  newDisplayCode(actor: Actor): { code: string; expiresAt: string };
  redeemDisplayCode(code: string): Act<{ token: string }>;
  isDisplay(token: string): boolean;

  /** ---- intake */
  intake(
    files: readonly { name: string; bytes: Uint8Array }[],
    by: Actor | 'folder' | 'demo',
  ): Promise<Result<TransactionDetail, { file: string; refusal: DocumentRefusal }>>;
  /** Replaces hand-placed fields and answers roles of unassigned AcroForm fields; opens the transaction. */
  place(
    transaction: string,
    input: {
      documents: readonly {
        document: string;
        placements: readonly NewPlacement[];
        assigned: readonly { fieldName: string; role: string; order: number; label: string }[];
      }[];
    },
    actor: Actor,
  ): Promise<Act<TransactionDetail>>;

  /** The clerk says of what type a document is; only before the first signature. Audited. */
  chooseDocumentType(transaction: string, document: string, type: string, actor: Actor): Act<TransactionDetail>;

  /** ---- reading */
  transactions(filter?: {
    state?: TransactionState;
    delivery?: DeliveryState;
    review?: ReviewState;
    text?: string;
    limit?: number;
  }): readonly TransactionSummary[];
  transaction(id: string): TransactionDetail | null;
  /** Bytes of a revision by its digest: only ever what the digest names. */
  documentBytes(transaction: string, document: string, digest: string): Promise<Uint8Array | null>;
  auditOf(transaction: string): readonly AuditEntry[];
  counter(): CounterStatus;

  /** ---- ceremony, clerk's side */
  /**
   * Refused with 'escrow-unavailable' when the movement of the pen could not be sealed to anybody, unless the clerk knows
   * it and begins with `pictureOnly`: then the customer is asked for the picture of their signature alone.
   */
  begin(
    transaction: string,
    signatory: string,
    actor: Actor,
    how?: { readonly pictureOnly: boolean },
  ): Promise<Act<CeremonyView>>;
  attestIdentity(
    ceremony: string,
    input: IdentityInput,
    values: Readonly<Record<string, string | boolean>>,
    actor: Actor,
  ): Promise<Act<CeremonyView>>;
  /** Clerk turns the customer's page. */
  point(ceremony: string, document: string, page: number, actor: Actor): Act;
  chooseDevice(
    ceremony: string,
    device: { kind: 'pad'; id: string } | { kind: 'surface' },
    actor: Actor,
  ): Promise<Act<CeremonyView>>;
  /** Whether the word on the pad is the one on the clerk's screen. No: the next pad is offered, with a new word. */
  confirmPad(ceremony: string, matches: boolean, actor: Actor): Promise<Act<CeremonyView>>;
  /** For a pad without buttons of its own, the clerk's hand for the customer's: done, or wipe. */
  finishForCustomer(ceremony: string, act: 'done' | 'clear', actor: Actor): Promise<Act<{ doubt: InkDoubt | null }>>;
  cancel(ceremony: string, reason: string, actor: Actor): Promise<Act>;
  /** Ends the "done" screen of the customer and frees the display. */
  dismiss(actor: Actor): void;

  /** ---- ceremony, customer's side (display token) */
  display(): DisplayView;
  displayDocument(document: string, digest: string): Promise<Uint8Array | null>;
  pageSeen(ceremony: string, document: string, digest: string, page: number, dwellMs: number): Act;
  looking(ceremony: string, document: string, page: number): Act;
  finishReview(ceremony: string): Act;
  /** 'biometric' is refused while nothing can be sealed. The exact text of the notice in that language is named in the binding. */
  answerConsent(ceremony: string, answer: 'biometric' | 'picture-only', language: 'sl' | 'en'): Promise<Act>;
  decline(ceremony: string): Promise<Act>;
  /** Thinned positions 0..1 for the clerk's mirror; not kept. */
  mirrorSurface(ceremony: string, strokes: readonly (readonly (readonly [number, number])[])[], reset: boolean): Act;
  /** Where the place to sign is on the computer's screen, shares 0..1 of the whole screen: for pen displays. */
  signArea(
    ceremony: string,
    area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  ): Promise<Act>;
  clearInk(ceremony: string): Promise<Act>;
  /** Customer pressed Done: on the surface with its ink, on a pad without. */
  acceptInk(ceremony: string, ink: SurfaceInk | null): Promise<Act<{ doubt: InkDoubt | null }>>;
  /** Answer to a question about a blank, dot or trivial stroke. Blank can only be redone. */
  answerDoubt(ceremony: string, keep: boolean): Promise<Act>;
  copy(ceremony: string, document: string): Promise<{ name: string; bytes: Uint8Array } | null>;

  /** ---- manager */
  approve(transaction: string, actor: Actor): Act;
  returnToClerk(transaction: string, reason: string, actor: Actor): Act;
  /** A job that nobody here has opened goes to another counter of the branch. */
  giveBack(transaction: string, actor: Actor): Promise<Act>;
  voidTransaction(transaction: string, reason: string, actor: Actor): Promise<Act>;
  retryDelivery(transaction: string, actor: Actor): Act;
  /** For good: out of the vault and of the package, which is delivered anew in its erased form. */
  erasePenData(transaction: string, order: ErasureOrder, actor: Actor): Promise<Act>;
  exportAudit(transaction: string, actor: Actor): Act<{ name: string; json: string }>;
  verify(transaction: string, actor: Actor): Promise<Act<VerificationReport>>;
  /** What `verify` says, judged anew, as a file. */
  saveReport(transaction: string, wanted: ReportWanted, actor: Actor): Promise<Act<SavedReport>>;

  /** ---- signed files that somebody brings: judged off line, nothing of them is kept or written down */
  check(file: { name: string; bytes: Uint8Array }, actor: Actor): Promise<Result<CheckedFile, CheckRefusal>>;
  saveCheck(
    file: { name: string; bytes: Uint8Array },
    wanted: ReportWanted,
    actor: Actor,
  ): Promise<Result<SavedReport, CheckRefusal>>;
  /** Everything the demo command writes: only in demo mode. */
  demoExport(transaction: string): Promise<
    Act<{
      signed: readonly Uint8Array[];
      package: Uint8Array;
      receipt: string;
      /** JWK set of the keys receipts are signed with. */
      cloudKeys: string;
      audit: string;
      escrowKey: string;
      escrowCert: string;
      trust: string;
    }>
  >;
  /** Simulated pad only (demo): pen samples in 0..1 of its screen, or a press on a screen button. */
  simulatedPad: SimulatedPadApi | null;

  subscribe(listener: (event: KioskEvent) => void): () => void;
  close(): Promise<void>;
}

export interface SimulatedPadApi {
  /** PNG of what the pad's screen shows, as the pad received it. */
  screen(): Promise<Uint8Array>;
  /** Buttons now on the pad's screen, pixels. */
  buttons(): Promise<
    readonly {
      readonly name: 'ok' | 'clear' | 'cancel';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }[]
  >;
  /** Samples in pixels of the pad's screen; pressure 0..1; `t` ms from the first. Sent at their own pace unless `fast`. */
  pen(
    samples: readonly {
      readonly x: number;
      readonly y: number;
      readonly p: number;
      readonly tip: boolean;
      readonly t: number;
    }[],
    fast: boolean,
  ): Promise<void>;
  /** Replays an ink file fitted into the signing area, then nothing: press is a separate call. */
  replay(file: Uint8Array, fast: boolean): Promise<Act<{ samples: number }>>;
  press(button: 'ok' | 'clear' | 'cancel'): Promise<void>;
  /** Draws the cable of the pad that is in use, else of the first that is there. */
  unplug(): Promise<void>;
  /** Puts every cable back. */
  plug(): Promise<void>;
}
