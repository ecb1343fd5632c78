import { randomUUID } from 'node:crypto';
import { link, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import { sha256Apart } from '../../../signing/digest.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { makeFolders, syncFolder, writeDurably } from '../durable-files.ts';
import { isCode } from '../object-store.ts';
import type { Archive, ArchiveFault, ArchiveReceipt, Deposit } from './archive.ts';

/**
 * Files `<tenant>/<name>` below a folder, each with its receipt beside it; the digest in it is that of the file read again. The
 * folder itself has to be there: one that is not mounted is not made anew on the disk below.
 */
export function folderArchive(folder: string, clock: Clock): Archive {
  return {
    kind: 'folder',
    deposit: async (deposit) => {
      try {
        if (!(await stat(folder)).isDirectory()) return away();
        return await keep(folder, deposit, clock);
      } catch (error) {
        if (error instanceof Error && 'code' in error) return away();
        throw error;
      }
    },
  };
}

async function keep(
  folder: string,
  { tenant, name, bytes, digest }: Deposit,
  clock: Clock,
): Promise<Result<ArchiveReceipt, ArchiveFault>> {
  const archiveId = `${encodeURIComponent(tenant)}/${name}`;
  const file = path.join(folder, archiveId);
  await makeFolders(folder, path.dirname(file));
  await place(file, bytes);
  const kept = await sha256Apart(new Uint8Array(await readFile(file)));
  if (kept !== digest) return err({ code: 'archive-lied', detail: 'The file in the archive has other bytes.' });
  const receipt: ArchiveReceipt = { archiveId, digest: kept, receivedAt: isoTime(clock.now()) };
  await place(`${file}.receipt.json`, new TextEncoder().encode(`${JSON.stringify(receipt, null, 1)}\n`));
  return ok(receipt);
}

/** Whole or not at all; what is there stays. */
async function place(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${randomUUID()}.part`;
  await writeDurably(temporary, bytes);
  try {
    await link(temporary, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(temporary);
  }
}

function away(): Result<never, ArchiveFault> {
  return err({ code: 'archive-unreachable', detail: 'The folder of the archive is not there, or cannot be written.' });
}
