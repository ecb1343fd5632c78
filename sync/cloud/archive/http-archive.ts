import { z } from 'zod';
import { fromUtf8 } from '../../../signing/bytes.ts';
import { PACKAGE_MIME_TYPE } from '../../../signing/container/package-format.ts';
import { isSha256, type Sha256 } from '../../../signing/digest.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { askService, type ServiceHttp } from '../../evidence/service-http.ts';
import type { Archive, ArchiveFault, ArchiveReceipt } from './archive.ts';

const MAX_RECEIPT_BYTES = 64 * 1024;
const receiptSchema = z.object({
  archiveId: z.string().min(1).max(500),
  sha256: z.custom<Sha256>(isSha256),
  receivedAt: z.iso.datetime({ offset: true }),
});

/**
 * `POST` of the container; the answer is 200 with JSON `{ archiveId, sha256, receivedAt }`, of what the archive has durably. The
 * request has `repr-digest` (RFC 9530) and `idempotency-key`: an archive that knows the key answers as it did before.
 */
export function httpArchive(
  target: { readonly url: string; readonly token: string | null },
  http: ServiceHttp,
): Archive {
  const { url, token } = target;
  return {
    kind: 'http',
    deposit: async ({ tenant, name, bytes, digest }) => {
      const headers = {
        'repr-digest': `sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:`,
        'idempotency-key': `"${digest}"`,
        'content-disposition': `attachment; filename="${name}"`,
        'countersign-tenant': encodeURIComponent(tenant),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      };
      const answer = await askService(http, {
        ...{ who: 'The archive', url, post: { type: PACKAGE_MIME_TYPE, body: bytes, headers } },
        ...{ accepts: (type: string) => type === 'application/json', maxBytes: MAX_RECEIPT_BYTES },
      });
      if (!answer.ok) {
        const { code, detail } = answer.error;
        const away = code === 'service-unreachable' || code === 'service-timeout';
        return err({
          code: away ? 'archive-unreachable' : code === 'service-status' ? 'archive-refused' : 'archive-receipt',
          detail,
        });
      }
      return read(answer.value);
    },
  };
}

function read(bytes: Uint8Array): Result<ArchiveReceipt, ArchiveFault> {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch {
    value = null;
  }
  const parsed = receiptSchema.safeParse(value);
  if (!parsed.success) return err({ code: 'archive-receipt', detail: 'What the archive answered is no receipt.' });
  const { archiveId, sha256, receivedAt } = parsed.data;
  return ok({ archiveId, digest: sha256, receivedAt });
}
