import { sha256 } from '../../../../signing/digest.ts';
import { utf8 } from '../../../../signing/bytes.ts';
import type { PackageInput } from '../../../../signing/sealing/package.ts';
import { honest, resigned, type PackageTampering } from './package-tampering.ts';

const lie = (name: string, change: (said: PackageInput) => Partial<PackageInput>): PackageTampering => ({
  class: 'kiosk',
  name,
  make: (world) => resigned(world, change(honest(world))),
});
type Said = PackageInput;
const signatures = (said: Said, change: (list: Said['signatures']) => Said['signatures']): Partial<Said> => ({
  signatures: change(said.signatures),
});
const document = (said: Said, change: Partial<Said['documents'][number]>): Partial<Said> => ({
  documents: [{ ...said.documents[0]!, ...change }],
});
const revisions = (
  said: Said,
  change: (list: Said['documents'][number]['revisions']) => Said['documents'][number]['revisions'],
): Partial<Said> => document(said, { revisions: change(said.documents[0]!.revisions) });
const NOBODY = sha256(utf8('x'));

/** Whoever holds the device key signs a package whose header does not fit what it is about. */
export const KIOSK_LIES: readonly PackageTampering[] = [
  lie('a signature left out of the list', (said) => signatures(said, ([one]) => [one!])),
  lie('a signature in the list twice', (said) => signatures(said, (list) => [...list, list[0]!])),
  lie('the fields of two signatures swapped', (said) =>
    signatures(said, ([one, two]) => [
      { ...one!, field: two!.field },
      { ...two!, field: one!.field },
    ]),
  ),
  lie('the statements of two signatures swapped', (said) =>
    signatures(said, ([one, two]) => [
      { ...one!, statement: two!.statement },
      { ...two!, statement: one!.statement },
    ]),
  ),
  lie('the sealed captures of two signatures swapped', (said) =>
    signatures(said, ([one, two]) => [
      { ...one!, sealedCapture: two!.sealedCapture },
      { ...two!, sealedCapture: one!.sealedCapture },
    ]),
  ),
  lie('one sealed capture for two signatures', (said) =>
    signatures(said, ([one, two]) => [one!, { ...two!, sealedCapture: one!.sealedCapture }]),
  ),
  lie('a sealed capture kept back', (said) =>
    signatures(said, ([one, two]) => [{ ...one!, sealedCapture: null }, two!]),
  ),
  lie('another signatory', (said) => signatures(said, ([one, two]) => [{ ...one!, signatory: 'someone' }, two!])),
  lie('another role', (said) => signatures(said, ([one, two]) => [{ ...one!, role: 'clerk' }, two!])),
  lie('another sitting', (said) => signatures(said, ([one, two]) => [{ ...one!, ceremony: 'ceremony-2' }, two!])),
  lie('another tenant', () => ({ tenant: 'tenant-2' })),
  lie('another kiosk', () => ({ kiosk: 'kiosk-2' })),
  lie('another transaction', () => ({ transaction: 'transaction-2' })),
  lie('a document in the list twice, under another name', (said) => ({
    documents: [said.documents[0]!, { ...said.documents[0]!, id: 'document-2' }],
  })),
  lie('a document that nobody signed', (said) => {
    const [first] = said.documents;
    const bare = first!.bytes.subarray(0, first!.revisions[0]!.length);
    const revision = first!.revisions[0]!;
    return { documents: [first!, { ...first!, id: 'document-2', bytes: bare, revisions: [revision] }] };
  }),
  lie('a revision of another digest', (said) =>
    revisions(said, ([first, second, last]) => [first!, { ...second!, digest: NOBODY }, last!]),
  ),
  lie('a revision of another length', (said) =>
    revisions(said, ([first, second, last]) => [first!, { ...second!, length: second!.length - 40 }, last!]),
  ),
  lie('a revision that was shown left out of the list', (said) =>
    revisions(said, ([first, , last]) => [first!, last!]),
  ),
  lie('the original is said to be another document', (said) => document(said, { original: NOBODY })),
];
