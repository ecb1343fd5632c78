export type StoreFaultReason =
  /** No answer, or none in time: it may answer later. */
  | 'unreachable'
  /** Wrong keys, no such bucket, a request it does not take: a person has to look. */
  | 'refused'
  /** What it gave is not what was stored under that name. */
  | 'damaged'
  /** A legal hold, or a lock of the store, forbids it. */
  | 'held';

/** An object store that does not do what it was asked; says which operation, never keys or contents. */
export class StoreFault extends Error {
  readonly reason: StoreFaultReason;
  constructor(reason: StoreFaultReason, operation: string, detail: string) {
    super(`object store, ${operation}: ${reason} (${detail})`);
    this.name = 'StoreFault';
    this.reason = reason;
  }
}
