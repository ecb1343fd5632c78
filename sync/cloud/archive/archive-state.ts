import { z } from 'zod';
import { isoTime } from '../../../signing/clock.ts';
import type { Sql } from '../database.ts';

/** How a package stands with its archive. */
export interface ArchiveState {
  readonly archive: 'folder' | 's3' | 'http';
  /** What the archive calls it; null until it has acknowledged it. */
  readonly archiveId: string | null;
  /** Of the container that it has. */
  readonly digest: string | null;
  /** RFC 3339 UTC, as all times here. */
  readonly archivedAt: string | null;
  /** Why not yet: a code; null while nothing went wrong. */
  readonly reason: string | null;
  readonly dueAt: string | null;
}

const time = z.date().transform((date) => isoTime(date.getTime()));
const stateRow = z
  .object({
    archive: z.enum(['folder', 's3', 'http']),
    archive_id: z.string().nullable(),
    digest: z.string().nullable(),
    archived_at: time.nullable(),
    reason: z.string().nullable(),
    due_at: time.nullable(),
  })
  .transform(({ archive_id: archiveId, archived_at: archivedAt, due_at: dueAt, ...rest }): ArchiveState => ({
    ...{ ...rest, archiveId, archivedAt, dueAt },
  }));

/** Null when nothing was tried yet. */
export async function archiveState(sql: Sql, digest: string): Promise<ArchiveState | null> {
  const [row] = await sql.query(
    'select archive, archive_id, digest, archived_at, reason, due_at from archive_exports where package = $1',
    [digest],
  );
  return row === undefined ? null : stateRow.parse(row);
}
