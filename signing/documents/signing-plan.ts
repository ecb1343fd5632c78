/**
 * Whether every signature asked for can be made in the order asked for: what earlier signatures, locks (12.7.5.5),
 * seed values and certification (12.8.2.2) say is looked at before anybody sits down, not at the third seal.
 */
import { locksField, readFieldLock, readSignatureLocks, type FieldLock } from '../pdf/field-lock.ts';
import type { FormField } from '../pdf/form.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { readSeedValues, type SeedValues } from '../pdf/seed-values.ts';
import type { DocumentRefusal } from './document.ts';
import type { Placement } from './placement.ts';
import { unmetSeedValue } from './seed-check.ts';

export interface PlanInput {
  readonly file: PdfFile;
  readonly fields: readonly FormField[];
  /** In the order in which one person signs them. */
  readonly placements: readonly Placement[];
  /** False while roles and turns are still to be given: then only what fails in every order is refused. */
  readonly ordered: boolean;
  /** DER, the seal's own certificate first; null when it is not known yet. */
  readonly chain: readonly Uint8Array[] | null;
}

interface Step {
  readonly placement: Placement;
  readonly lock: FieldLock | null;
  readonly seed: SeedValues | null;
}

/** Why not all placements can be signed; null when they can. @throws PdfSyntaxError */
export function checkSigningPlan({ file, fields, placements, ordered, chain }: PlanInput): DocumentRefusal | null {
  const earlier = fields.filter(({ signed }) => signed);
  const locks = earlier.flatMap((field) => readSignatureLocks(file, field));
  const locked = placements.find(({ fieldName }) => locks.some((lock) => locksField(lock, fieldName)));
  if (locked !== undefined) {
    return forbidden(`${which(placements, placements.indexOf(locked))} is locked by a signature already there`, locked);
  }
  const steps = placements.map((placement): Step => {
    const field = fields.find(
      ({ name, type }) => placement.source === 'field' && name === placement.fieldName && type === 'Sig',
    );
    if (field === undefined) return { placement, lock: null, seed: null };
    return { placement, lock: readFieldLock(file, field), seed: readSeedValues(file, field) };
  });
  return (
    checkSeeds(steps, chain) ?? checkCertification(steps, earlier.length > 0, ordered) ?? checkLocks(steps, ordered)
  );
}

function checkSeeds(steps: readonly Step[], chain: PlanInput['chain']): DocumentRefusal | null {
  for (const [index, { seed, lock, placement }] of steps.entries()) {
    const unmet = seed === null ? null : unmetSeedValue({ seed, lock, reason: placement.label, chain });
    if (unmet !== null) {
      const detail = `${whichStep(steps, index)}: seed value ${unmet}`;
      return { code: 'seed-value-unmet', detail, page: placement.page };
    }
  }
  return null;
}

/** A certification is the first signature of all. */
function checkCertification(steps: readonly Step[], signed: boolean, ordered: boolean): DocumentRefusal | null {
  const certifying = steps.filter(({ seed }) => (seed?.certification ?? 0) > 0);
  const [only] = certifying;
  if (only === undefined) return null;
  const index = steps.indexOf(only);
  const value = `seed value /MDP requires a certification, /P ${String(only.seed?.certification)}`;
  const unmet = (why: string): DocumentRefusal => {
    const detail = `${whichStep(steps, index)}: ${value}, ${why}`;
    return { code: 'seed-value-unmet', detail, page: only.placement.page };
  };
  if (signed) return unmet('and the document is signed already');
  if (certifying.length > 1) return unmet('and so does another field');
  if (only.seed?.certification === 1 && steps.length > 1) return unmet('and more is to be filled in or signed');
  const others = steps.filter((step) => step !== only && isSigned(step));
  return ordered && others.some((other) => mayFollow(steps, other, only)) ? unmet('and another may sign before') : null;
}

function checkLocks(steps: readonly Step[], ordered: boolean): DocumentRefusal | null {
  const forbids = ({ lock }: Step, { placement }: Step): boolean =>
    lock !== null && (lock.permission === 1 || locksField(lock, placement.fieldName));
  for (const [index, step] of steps.entries()) {
    const barred = steps.find((other) => {
      if (other === step || !forbids(step, other)) return false;
      // Without turns one order may still be found, unless each forbids the other.
      return ordered ? mayFollow(steps, step, other) : isSigned(other) && forbids(other, step);
    });
    if (barred !== undefined) {
      const [locking, locked] = [whichStep(steps, index), whichStep(steps, steps.indexOf(barred))];
      return forbidden(
        ordered ? `${locking} locks ${locked}, which may come after it` : `${locking} and ${locked} lock each other`,
        barred.placement,
      );
    }
  }
  return null;
}

/**
 * Whether `later` may be written after `step` was signed. One person fills in first, writes all dates with the first
 * signature, and signs from the first to the last; people of the same turn come in any order.
 */
function mayFollow(steps: readonly Step[], step: Step, later: Step): boolean {
  const [a, b] = [step.placement, later.placement];
  if (a.role === b.role) return isSigned(later) && steps.indexOf(later) > steps.indexOf(step);
  return turnOf(steps, b.role) >= turnOf(steps, a.role);
}

/** A role's turn is that of its signatures: what it fills in is filled in then. */
function turnOf(steps: readonly Step[], role: string): number {
  const own = steps.filter(({ placement }) => placement.role === role);
  const signed = own.filter(isSigned);
  return Math.min(...(signed.length > 0 ? signed : own).map(({ placement }) => placement.order));
}

function isSigned({ placement: { kind } }: Pick<Step, 'placement'>): boolean {
  return kind === 'signature' || kind === 'initials';
}

function forbidden(detail: string, { page }: Placement): DocumentRefusal {
  return { code: 'signing-forbidden', detail, page };
}

/** "signature field 2 (page 1)": a field's name is text of the document. */
function which(placements: readonly Placement[], index: number): string {
  const placement = placements[index];
  if (placement === undefined) throw new Error('no such placement');
  const same = (other: Placement): boolean => other.kind === placement.kind;
  const number = placements.slice(0, index + 1).filter(same).length;
  return `${placement.kind} field ${number} (page ${placement.page + 1})`;
}

function whichStep(steps: readonly Step[], index: number): string {
  return which(
    steps.map(({ placement }) => placement),
    index,
  );
}
