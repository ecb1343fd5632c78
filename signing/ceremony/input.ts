import type { AuditEventType, AuditProcessState } from '../audit/audit-entry.ts';
import type { InkDoubt } from '../capture/capture-record.ts';
import type { Sha256 } from '../digest.ts';
import type { DocumentId, PlacementId } from '../ids.ts';
import type { ConsentAnswer, ShownDocument } from './ceremony.ts';

/** What can happen to a ceremony. */
export type CeremonyInput =
  /** The clerk has identified the signatory; these revisions are put before them, no page seen yet. */
  | {
      readonly kind: 'attest';
      readonly identity: Sha256;
      readonly documents: readonly Omit<ShownDocument, 'pages'>[];
    }
  | {
      readonly kind: 'page-seen';
      readonly document: DocumentId;
      readonly digest: Sha256;
      /** 0-based. */
      readonly page: number;
      readonly dwellMs: number;
    }
  | { readonly kind: 'finish-review' }
  | {
      readonly kind: 'answer-consent';
      readonly answer: ConsentAnswer['answer'];
      readonly notice: Sha256;
      readonly noticeVersion: string;
      readonly language: string;
    }
  | { readonly kind: 'decline' }
  /** The signatory wiped their ink to begin again. */
  | { readonly kind: 'clear' }
  /** The ink is doubtful: the signatory is asked once whether to keep it. */
  | { readonly kind: 'question'; readonly doubt: InkDoubt }
  /** Answers to the question: the ink goes on to be sealed, or a new attempt begins. */
  | { readonly kind: 'keep' }
  | { readonly kind: 'redo' }
  /** The field of the present turn is sealed: this revision is what the seal made. */
  | {
      readonly kind: 'sealed';
      readonly document: DocumentId;
      readonly placement: PlacementId;
      readonly digest: Sha256;
      readonly length: number;
    }
  /** The kiosk restarted: ink lives in memory, so that of this attempt is void. */
  | { readonly kind: 'interrupt'; readonly reason: 'restarted' }
  /** The device was lost or another one chosen: finished strokes are kept, the one in progress is void. */
  | {
      readonly kind: 'interrupt';
      readonly reason: 'unplugged' | 'failed' | 'changed';
      readonly keptStrokes: number;
      readonly strokeVoid: boolean;
    }
  | { readonly kind: 'cancel'; readonly reason: string };

export type CeremonyRefusalCode =
  | 'wrong-state'
  | 'revision-changed'
  | 'no-such-page'
  | 'pages-unseen'
  | 'nothing-shown'
  | 'notice-outdated'
  | 'blank-cannot-be-kept'
  | 'already-kept'
  | 'not-this-turn'
  | 'reason-missing';
export interface CeremonyRefusal {
  readonly code: CeremonyRefusalCode;
  /** English, for the log; no personal data. */
  readonly detail: string;
}

/** What the accepted step writes into the chain; who, where and which transaction is added by the caller. */
export interface CeremonyAuditFact {
  readonly eventType: AuditEventType;
  readonly success: boolean;
  readonly extra: Readonly<Record<string, string | number | boolean>>;
  readonly processState: AuditProcessState;
}
