import type { Result } from '../../../signing/result.ts';
import type { ObjectStore } from '../object-store.ts';
import type { WebhookPorts } from './webhooks.ts';

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
export interface UploadedForm {
  readonly files: readonly UploadedFile[];
  readonly fields: ReadonlyMap<string, string>;
}
/** Why a document is not taken: which (from 0), the code of intake, and an English sentence without document text. */
export interface RefusedDocument {
  readonly document: number;
  readonly code: string;
  readonly detail: string;
}

/** What the integration API works with. */
export interface IntegrationPorts extends WebhookPorts {
  readonly objects: ObjectStore;
  /** Reads a multipart form with at least one file; called once it is known who asks. */
  readonly readFiles: (
    request: Request,
  ) => Promise<Result<UploadedForm, 'length-required' | 'too-large-together' | 'invalid'>>;
  /** The rules of intake at a counter where nobody is there to place fields; null when all can be signed. */
  readonly checkDocuments: (files: readonly UploadedFile[]) => Promise<RefusedDocument | null>;
  /** Webhooks to this machine, over http: for a demo. */
  readonly localWebhooks: boolean;
}
