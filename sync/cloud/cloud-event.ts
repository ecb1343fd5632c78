import type { Sha256 } from '../../signing/digest.ts';
import type { RefusalReason } from '../protocol/receipt.ts';

/** What a cloud tells whoever watches over it. Nothing here is about a person. */
export type CloudEvent =
  | {
      readonly type: 'request';
      /** Pattern, without the names in it. */
      readonly route: string;
      readonly method: string;
      readonly status: number;
      readonly milliseconds: number;
      /** Null while nobody has proved who asks. */
      readonly kiosk: string | null;
      readonly trace: string | null;
    }
  | {
      readonly type: 'ingest';
      /** 'repeated': it was there already. */
      readonly outcome: 'stored' | 'repeated' | 'refused';
      readonly reason: RefusalReason | null;
      readonly kiosk: string;
      readonly package: Sha256;
      readonly trace: string | null;
      readonly bytes: number;
      readonly milliseconds: number;
    };
