import type {
  Agreed,
  Ceremony,
  CeremonyState,
  FieldTurn,
  ShownDocument,
  TurnTarget,
} from '../../../signing/ceremony/ceremony.ts';
import type { CeremonyInput } from '../../../signing/ceremony/input.ts';
import { CURRENT_NOTICE_VERSION } from '../../../signing/ceremony/notices.ts';
import { sha256, type Sha256 } from '../../../signing/digest.ts';
import type { CeremonyId, DocumentId, PlacementId, SignatoryId, StaffId, TransactionId } from '../../../signing/ids.ts';

export const NOW = 1_795_000_000_000;
export const digestOf = (text: string): Sha256 => sha256(Buffer.from(text));

export const turns: readonly TurnTarget[] = [
  { document: 'd-1' as DocumentId, placement: 'p-1' as PlacementId },
  { document: 'd-2' as DocumentId, placement: 'p-2' as PlacementId },
];
export const turn: FieldTurn = { ...turns[0]!, index: 0, count: 2 };

export const documents: readonly Omit<ShownDocument, 'pages'>[] = [
  { document: 'd-1' as DocumentId, digest: digestOf('one'), length: 1000, pageCount: 2 },
  { document: 'd-2' as DocumentId, digest: digestOf('two'), length: 2000, pageCount: 1 },
];
const read: readonly ShownDocument[] = [
  { ...documents[0]!, pages: { 0: 100, 1: 200 } },
  { ...documents[1]!, pages: { 0: 50 } },
];
export const agreed: Agreed = {
  identity: digestOf('identity'),
  shown: read,
  consent: {
    answer: 'biometric',
    notice: digestOf('notice'),
    noticeVersion: CURRENT_NOTICE_VERSION,
    language: 'sl',
    at: NOW,
  },
  sealed: [],
};

/** One of each state; 'review' has every page seen. */
export const states: { readonly [K in CeremonyState['kind']]: Extract<CeremonyState, { kind: K }> } = {
  identity: { kind: 'identity' },
  review: { kind: 'review', identity: agreed.identity, shown: read },
  consent: { kind: 'consent', identity: agreed.identity, shown: read },
  capture: { kind: 'capture', ...agreed, turn, cleared: 0 },
  questioned: { kind: 'questioned', ...agreed, turn, cleared: 0, doubt: 'dot' },
  completed: { kind: 'completed', ...agreed, at: NOW },
  declined: { kind: 'declined', at: NOW, during: 'review' },
  cancelled: { kind: 'cancelled', at: NOW, reason: 'r' },
};

/** One of each input, such that it is taken wherever it can be. */
export const inputs: { readonly [K in CeremonyInput['kind']]: Extract<CeremonyInput, { kind: K }> } = {
  attest: { kind: 'attest', identity: agreed.identity, documents },
  'page-seen': { kind: 'page-seen', document: turns[0]!.document, digest: digestOf('one'), page: 0, dwellMs: 5 },
  'finish-review': { kind: 'finish-review' },
  'answer-consent': {
    kind: 'answer-consent',
    answer: 'biometric',
    notice: digestOf('notice'),
    noticeVersion: CURRENT_NOTICE_VERSION,
    language: 'sl',
  },
  decline: { kind: 'decline' },
  clear: { kind: 'clear' },
  question: { kind: 'question', doubt: 'trivial' },
  keep: { kind: 'keep' },
  redo: { kind: 'redo' },
  sealed: { kind: 'sealed', ...turns[0]!, digest: digestOf('one sealed'), length: 1500 },
  interrupt: { kind: 'interrupt', reason: 'unplugged', keptStrokes: 2, strokeVoid: true },
  cancel: { kind: 'cancel', reason: 'customer left' },
};

export function ceremonyIn(state: CeremonyState): Ceremony {
  return {
    id: 'c-1' as CeremonyId,
    transaction: 't-1' as TransactionId,
    signatory: 's-1' as SignatoryId,
    clerk: 'k-1' as StaffId,
    startedAt: NOW,
    turns,
    state,
  };
}
