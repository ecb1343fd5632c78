import type { Sha256 } from '../digest.ts';
import type { Placement } from './placement.ts';

/** What intake learned of a PDF. Pure facts; nothing was changed yet. */
export interface DocumentFacts {
  readonly digest: Sha256;
  readonly byteLength: number;
  readonly pdfVersion: string;
  /** 'PDF/A-2a' as its XMP claims, else null. */
  readonly pdfa: string | null;
  readonly pages: readonly PageFacts[];
  readonly existingSignatures: number;
  /** DocMDP permission of a certification signature already there. */
  readonly certified: 1 | 2 | 3 | null;
  /** From text tags and from empty AcroForm signature fields, in reading order. Not yet prepared. */
  readonly placements: readonly Placement[];
  /** AcroForm fields whose role or order could not be told from the name: the clerk is asked. */
  readonly unassigned: readonly string[];
  readonly warnings: readonly DocumentWarning[];
  /** Absent in facts of before it was read. */
  readonly metadata?: DocumentMetadata;
}
/** What the document says of itself; empty where it says nothing. */
export interface DocumentMetadata {
  readonly title: string;
  readonly subject: string;
  readonly keywords: string;
}
export interface PageFacts {
  /** As displayed: after crop and rotation, points. */
  readonly width: number;
  readonly height: number;
  readonly rotate: 0 | 90 | 180 | 270;
  readonly cropBox: readonly [number, number, number, number];
  readonly userUnit: number;
}
export interface DocumentWarning {
  readonly code: 'javascript' | 'attachments' | 'usage-rights' | 'tag-malformed' | 'size-entry-wrong';
  readonly detail: string;
}

export type DocumentRefusalCode =
  | 'not-a-pdf'
  | 'damaged'
  | 'encrypted'
  | 'xfa'
  | 'certified-no-changes'
  | 'hybrid'
  | 'too-large'
  | 'too-many-pages'
  | 'no-pages'
  | 'no-tags'
  | 'roles-unclear'
  /** Of the whole transaction: files, bytes of all of them, people, and places to sign. */
  | 'too-many-documents'
  | 'too-large-together'
  | 'too-many-signatories'
  | 'too-many-signatures'
  | 'signed-before-tags'
  | 'signatures-damaged'
  | 'tag-not-removable'
  | 'duplicate-field'
  | 'placement-outside-page'
  /** In a document that was signed: over something that is to be seen there. */
  | 'placement-over-content'
  /** Two signatures on the same place of a page: the later one would cover the earlier. */
  | 'signatures-overlap'
  | 'takes-too-long'
  /** A lock or an earlier signature forbids one that is asked for. */
  | 'signing-forbidden'
  /** The author of a field asks something of the signature that the seal does not give. */
  | 'seed-value-unmet';

/** Why a document is not taken; `detail` names what and where in English, without document text. */
export interface DocumentRefusal {
  readonly code: DocumentRefusalCode;
  readonly detail: string;
  /** Of the placement that is in the way, or cannot be signed, 0-based; where the code is about one. */
  readonly page?: number;
}

/**
 * Limits of intake (design.md 8). What is taken in can be packed, delivered and judged: the cloud takes packages of
 * 256 MiB, `PACKAGE_LIMITS` has room for a statement and a capture a signature, and each signature is a revision.
 */
export const DOCUMENT_LIMITS = {
  bytes: 50 * 1024 * 1024,
  pages: 500,
  documentsPerTransaction: 50,
  /** All originals together; what signing adds comes on top. */
  transactionBytes: 200 * 1024 * 1024,
  signatories: 20,
  /** Signatures and initials; everybody may sign everything. */
  signaturesPerTransaction: 1_000,
  signaturesPerDocument: 200,
} as const;
