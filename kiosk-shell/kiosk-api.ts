/**
 * What the screens can ask of a running kiosk: the one door (`app/_server/runtime.ts`) hands this out.
 * Plain data in and out; times are RFC 3339 UTC strings; nothing here holds pen data except `Surface*`.
 */
import type { AuditEntry } from '../signing/audit/audit-entry.ts';
import type { CaptureCompleteness, InkDoubt } from '../signing/capture/capture-record.ts';
import type { DocumentFacts, DocumentRefusal } from '../signing/documents/document.ts';
import type { Placement, PlacementBox, PlacementKind } from '../signing/documents/placement.ts';
import type { Result } from '../signing/result.ts';
import type { VerificationReport } from '../signing/verification/verification-report.ts';

export type StaffRole = 'clerk' | 'manager';
export interface Staff {
  readonly id: string;
  readonly name: string;
  readonly role: StaffRole;
}
/** Who acts, and from where: recorded with every change. */
export interface Actor {
  readonly staff: Staff;
  readonly ip: string | null;
}

export type SignInRefusal =
  { readonly code: 'wrong-credentials' } | { readonly code: 'locked'; readonly until: string };

/** Why an act was not done. The screen words it; `detail` is for the log. */
export interface ActRefusal {
  readonly code:
    | 'not-found'
    | 'not-your-turn'
    | 'wrong-state'
    | 'invalid'
    | 'not-allowed'
    | 'revision-changed'
    | 'pages-unseen'
    | 'pad-unavailable'
    | 'no-ink'
    | 'limit'
    | 'busy';
  readonly detail: string;
}
export type Act<T = void> = Result<T, ActRefusal>;

export type TransactionState = 'placing' | 'open' | 'signing' | 'complete' | 'declined' | 'voided';
export type DeliveryState = 'none' | 'waiting' | 'sending' | 'delivered' | 'refused' | 'set-aside';
export type ReviewState = 'to-review' | 'approved' | 'returned';

export interface TransactionSummary {
  readonly id: string;
  readonly name: string;
  readonly state: TransactionState;
  readonly delivery: DeliveryState;
  readonly review: ReviewState;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly documents: number;
  readonly signatoriesDone: number;
  readonly signatories: number;
  readonly returnedReason: string | null;
}
export interface TransactionDetail extends TransactionSummary {
  readonly documentList: readonly DocumentView[];
  readonly signatoryList: readonly SignatoryView[];
  /** The ceremony under way, if any. */
  readonly ceremony: CeremonyView | null;
  readonly voidedReason: string | null;
  readonly packageDigest: string | null;
  readonly deliveryProblem: string | null;
}
export interface DocumentView {
  readonly id: string;
  readonly name: string;
  readonly originalDigest: string;
  /** Digest of the newest revision; revision 0 is the original, 1 the prepared one. */
  readonly digest: string;
  readonly revision: number;
  readonly byteLength: number;
  readonly facts: Pick<
    DocumentFacts,
    'pages' | 'pdfVersion' | 'pdfa' | 'existingSignatures' | 'warnings' | 'unassigned'
  >;
  readonly placements: readonly PlacementView[];
}
export interface PlacementView extends Placement {
  readonly signatory: string | null;
  readonly signedAt: string | null;
  readonly value: string | null;
  /** Of the capture behind it, once signed; absent where nothing was measured. */
  readonly completeness?: CaptureCompleteness | null;
}
export interface SignatoryView {
  readonly id: string;
  readonly role: string;
  readonly order: number;
  readonly state: 'waiting' | 'next' | 'active' | 'signed' | 'declined' | 'cancelled';
  readonly fields: number;
  /** Short code printed on the customer's copy once signed: from the audit chain head. */
  readonly shortCode: string | null;
}

export interface CeremonyView {
  readonly id: string;
  readonly transaction: string;
  readonly signatory: SignatoryView;
  readonly clerk: string;
  readonly step: 'identity' | 'review' | 'consent' | 'capture' | 'questioned' | 'completed' | 'declined' | 'cancelled';
  /** Which human act is awaited, and whose. */
  readonly awaiting: { readonly who: 'clerk' | 'signatory' | 'nobody'; readonly act: string };
  readonly identity: IdentityView | null;
  readonly shown: readonly {
    readonly document: string;
    readonly digest: string;
    readonly revision: number;
    readonly pagesSeen: readonly number[];
    readonly pageCount: number;
  }[];
  /** Where the customer is looking now. */
  readonly looking: { readonly document: string; readonly page: number } | null;
  readonly consent: 'biometric' | 'picture-only' | null;
  readonly capture: CaptureView | null;
  readonly signed: readonly {
    readonly placement: string;
    readonly at: string;
    readonly completeness: CaptureCompleteness | null;
  }[];
}
export interface CaptureView {
  readonly placement: string;
  readonly document: string;
  readonly label: string;
  readonly index: number;
  readonly count: number;
  readonly box: PlacementBox;
  readonly page: number;
  /** Width / height of the area the ink is written in: live ink keeps its shape. Absent: as the box. */
  readonly aspect?: number;
  /** 'surface' is the customer's own screen. */
  readonly device: { readonly kind: 'pad'; readonly id: string; readonly model: string } | { readonly kind: 'surface' };
  readonly cleared: number;
  readonly doubt: InkDoubt | null;
  /** Sentence code when the pad was lost: 'unplugged', 'failed'. */
  readonly problem: string | null;
  readonly sealing: boolean;
}
export interface IdentityView {
  readonly documentKind: string;
  readonly numberEnding: string;
  readonly expiry: string;
  readonly name: string;
  readonly clerk: string;
  readonly at: string;
}
export interface IdentityInput {
  readonly documentKind: 'identity-card' | 'passport' | 'driving-licence' | 'residence-permit' | 'staff-account';
  /** Last 3-4 characters only. */
  readonly numberEnding: string;
  /** YYYY-MM-DD. */
  readonly expiry: string;
  readonly name: string;
  readonly picturesCompared: boolean;
}

export interface NewPlacement {
  readonly kind: PlacementKind;
  readonly role: string;
  readonly order: number;
  readonly label: string;
  readonly required: boolean;
  readonly page: number;
  readonly box: PlacementBox;
}

export interface CounterStatus {
  readonly branch: string;
  readonly tenant: string;
  readonly kiosk: string;
  readonly demo: boolean;
  readonly pads: readonly {
    readonly id: string;
    readonly model: string;
    readonly state: 'ready' | 'busy' | 'unplugged' | 'failed';
    readonly simulated: boolean;
  }[];
  readonly cloud: {
    readonly state: 'up' | 'down' | 'unknown';
    readonly waiting: number;
    readonly oldestWaiting: string | null;
    readonly setAside: number;
  };
}

/** Pushed to screens; `live` ink has positions only, thinned, in 0..1 of the capture area. */
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
    };

/** What the customer's screen shows; nothing of anyone else. */
export type DisplayView =
  | { readonly kind: 'idle'; readonly tenant: string; readonly branch: string }
  | { readonly kind: 'hold'; readonly tenant: string; readonly message: 'identity' | 'pad' | 'next' }
  | {
      readonly kind: 'review';
      readonly ceremony: string;
      readonly tenant: string;
      readonly documents: readonly DisplayDocument[];
      readonly pagesSeen: Readonly<Record<string, readonly number[]>>;
      readonly pointer: { readonly document: string; readonly page: number } | null;
    }
  | {
      readonly kind: 'consent';
      readonly ceremony: string;
      readonly tenant: string;
      readonly noticeVersion: string;
      readonly keyHolder: string;
    }
  | {
      readonly kind: 'capture';
      readonly ceremony: string;
      readonly tenant: string;
      readonly document: DisplayDocument;
      readonly capture: CaptureView;
      readonly biometric: boolean;
    }
  | {
      readonly kind: 'done';
      readonly ceremony: string;
      readonly tenant: string;
      readonly documents: readonly DisplayDocument[];
      readonly shortCode: string;
      readonly biometric: boolean;
    }
  | { readonly kind: 'declined'; readonly tenant: string };
export interface DisplayDocument {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly pages: number;
  readonly boxes: readonly {
    readonly page: number;
    readonly box: PlacementBox;
    readonly label: string;
    readonly kind: PlacementKind;
  }[];
}

/** From the customer's own screen: every delivered pointer sample, raw. */
export interface SurfaceInk {
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
  readonly pointerType: 'pen' | 'touch' | 'mouse';
  /** Columns in CSS pixels x 100 (integers); time microseconds from the first; pressure 0..65535 where real. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly tip: readonly (0 | 1)[];
  readonly time: readonly number[];
  readonly pressure?: readonly number[];
  readonly tiltX?: readonly number[];
  readonly tiltY?: readonly number[];
  readonly twist?: readonly number[];
}

export interface KioskApi {
  readonly role: 'kiosk';
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
  documentBytes(transaction: string, document: string, digest: string): Uint8Array | null;
  auditOf(transaction: string): readonly AuditEntry[];
  counter(): CounterStatus;

  /** ---- ceremony, clerk's side */
  begin(transaction: string, signatory: string, actor: Actor): Promise<Act<CeremonyView>>;
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
  cancel(ceremony: string, reason: string, actor: Actor): Promise<Act>;
  /** Ends the "done" screen of the customer and frees the display. */
  dismiss(actor: Actor): void;

  /** ---- ceremony, customer's side (display token) */
  display(): DisplayView;
  displayDocument(document: string, digest: string): Uint8Array | null;
  pageSeen(ceremony: string, document: string, digest: string, page: number, dwellMs: number): Act;
  looking(ceremony: string, document: string, page: number): Act;
  finishReview(ceremony: string): Act;
  /** The exact text of the notice in that language is named in the binding. */
  answerConsent(ceremony: string, answer: 'biometric' | 'picture-only', language: 'sl' | 'en'): Promise<Act>;
  decline(ceremony: string): Promise<Act>;
  /** Thinned positions 0..1 for the clerk's mirror; not kept. */
  mirrorSurface(ceremony: string, strokes: readonly (readonly (readonly [number, number])[])[], reset: boolean): Act;
  clearInk(ceremony: string): Promise<Act>;
  /** Customer pressed Done: on the surface with its ink, on a pad without. */
  acceptInk(ceremony: string, ink: SurfaceInk | null): Promise<Act<{ doubt: InkDoubt | null }>>;
  /** Answer to a question about a blank, dot or trivial stroke. Blank can only be redone. */
  answerDoubt(ceremony: string, keep: boolean): Promise<Act>;
  copy(ceremony: string, document: string): { name: string; bytes: Uint8Array } | null;

  /** ---- manager */
  approve(transaction: string, actor: Actor): Act;
  returnToClerk(transaction: string, reason: string, actor: Actor): Act;
  voidTransaction(transaction: string, reason: string, actor: Actor): Promise<Act>;
  retryDelivery(transaction: string, actor: Actor): Act;
  exportAudit(transaction: string, actor: Actor): Act<{ name: string; json: string }>;
  verify(transaction: string, actor: Actor): Promise<Act<VerificationReport>>;
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
}
