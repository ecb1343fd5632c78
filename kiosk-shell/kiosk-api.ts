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
import type { NotDrivenCode } from '../drivers/found-pad.ts';
import type { PadDescription } from '../drivers/pad.ts';
import type { DevicePolicy, DeviceProblem, DeviceRefusal } from './device-policy.ts';
import type { PadProblem, PadState } from './pad-host/protocol.ts';

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
    | 'busy'
    /** The tenant's rules for this document; nothing of the ink is lost, `CaptureView.choices` has the ways out. */
    | DeviceRefusal;
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
  readonly devices: DevicesView;
}
/** What the tenant's rules ask of this transaction's devices; the strictest of its documents counts. */
export interface DevicesView {
  /** Id of the type all its documents have; null when they differ or have none. */
  readonly type: string | null;
  readonly policy: DevicePolicy;
  /** Of the pads that are plugged in now: to be said before the customer sits down. */
  readonly problem: DeviceProblem | null;
  /** Types a clerk can choose from; empty when the tenant has made none. */
  readonly types: readonly DocumentTypeView[];
}
export interface DocumentTypeView {
  readonly id: string;
  readonly name: Readonly<Record<'sl' | 'en', string>>;
}
export interface DocumentView {
  readonly id: string;
  readonly name: string;
  readonly originalDigest: string;
  /** Digest of the newest revision; revision 0 is the original, 1 the prepared one. */
  readonly digest: string;
  readonly revision: number;
  readonly byteLength: number;
  /** Id of its document type; null when the tenant's rules know none for it. */
  readonly type: string | null;
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
  readonly device: CaptureDeviceView;
  /** Ink is taken now. Not while a word is compared, a pad still draws, or the place to sign is not known yet. */
  readonly taking: boolean;
  /** The word that stands on the pad: the clerk compares and answers with `confirmPad`. No ink is taken before. */
  readonly padCheck: { readonly word: string } | null;
  /** Strokes that outlived a lost pad or a change of device: only the stroke in progress was void. */
  readonly kept: KeptView | null;
  /** Every device that is there, the present one included. */
  readonly choices: readonly DeviceChoiceView[];
  readonly cleared: number;
  readonly doubt: InkDoubt | null;
  /**
   * Sentence code: 'unplugged' or 'failed' when the pad was lost, 'cancelled-on-pad', a refusal of the tenant's rules, or
   * why sealing failed.
   */
  readonly problem: string | null;
  readonly sealing: boolean;
  /** Of what has been written so far; null before the first stroke and on the picture-only path. */
  readonly completeness: CaptureCompleteness['word'] | null;
}
/** 'surface' is the customer's own screen. */
export type CaptureDeviceView =
  | {
      readonly kind: 'pad';
      readonly id: string;
      readonly model: string;
      /** 'computer-screen': the customer's screen shows where to sign and reports it (`signArea`). */
      readonly shows: PadDescription['shows'];
      /** Where Done, Clear and Cancel are: on the pad, or on the customer's (or clerk's) screen. */
      readonly buttons: 'pad' | 'screen';
    }
  | { readonly kind: 'surface' };
export interface KeptView {
  readonly strokes: number;
  readonly reason: 'unplugged' | 'failed' | 'changed';
  /** Positions 0..1 of the area, thinned by distance: to draw what is kept. */
  readonly ink: readonly (readonly (readonly [number, number])[])[];
}
export interface DeviceChoiceView {
  readonly kind: 'pad' | 'surface';
  /** Null for the customer's own screen. */
  readonly id: string | null;
  readonly model: string;
  readonly allowed: boolean;
  /** Why not; with `allowed` it is a condition: on a screen that is allowed, 'finger-refused' asks for a pen. */
  readonly reason: DeviceRefusal | null;
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
    readonly state: PadState;
    readonly simulated: boolean;
    readonly problem: PadProblem | null;
    /** With the problem 'not-driven': why its model is not. */
    readonly notDriven: NotDrivenCode | null;
    /** Share of the picture that has been sent to its screen, 0 to 1; null when none is on its way. */
    readonly drawing: number | null;
    readonly serial: string | null;
    readonly firmware: string | null;
    readonly shows: PadDescription['shows'];
    readonly road: PadDescription['road'];
    readonly encryption: PadDescription['encryption'];
  }[];
  readonly cloud: {
    readonly state: 'up' | 'down' | 'unknown';
    readonly waiting: number;
    readonly oldestWaiting: string | null;
    readonly setAside: number;
  };
}

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
  /** Of the sheet signed on, CSS pixels, and device pixels a CSS pixel: as they were at the first sample. */
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
  /** Changes while it was signed (rotation, resize, zoom, another monitor): they hold from that sample on. */
  readonly sizes?: readonly { readonly from: number; readonly width: number; readonly height: number }[];
  readonly ratios?: readonly { readonly from: number; readonly ratio: number }[];
  /** Contacts that were not taken as ink. */
  readonly rejected?: { readonly palms: number; readonly touches: number };
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
  /** Hundredths of a degree, where the browser gives angles: 9000 upright; 0 towards the right edge, clockwise. */
  readonly altitude?: readonly number[];
  readonly azimuth?: readonly number[];
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
  /** Whether the word on the pad is the one on the clerk's screen. No: the next pad is offered, with a new word. */
  confirmPad(ceremony: string, matches: boolean, actor: Actor): Promise<Act<CeremonyView>>;
  /** For a pad without buttons of its own, the clerk's hand for the customer's: done, or wipe. */
  finishForCustomer(ceremony: string, act: 'done' | 'clear', actor: Actor): Promise<Act<{ doubt: InkDoubt | null }>>;
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
  /** Draws the cable of the pad that is in use, else of the first that is there. */
  unplug(): Promise<void>;
  /** Puts every cable back. */
  plug(): Promise<void>;
}
