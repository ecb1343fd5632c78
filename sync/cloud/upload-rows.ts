import { z } from 'zod';
import { isSha256, type Sha256 } from '../../signing/digest.ts';
import type { Sql } from './database.ts';

/** An upload under way: written before its file exists, removed after its package is settled. */
export interface UploadRow {
  readonly id: string;
  readonly kiosk: string;
  readonly digest: Sha256;
  readonly transaction: string;
  /** What the kiosk calls this delivery. */
  readonly trace: string | null;
  readonly size: number;
  readonly createdAt: Date;
}

const uploadRow = z
  .object({
    id: z.string(),
    kiosk: z.string(),
    digest: z.custom<Sha256>(isSha256),
    transaction_id: z.string(),
    trace: z.string().nullable(),
    size: z.number(),
    created_at: z.date(),
  })
  .transform(({ transaction_id, created_at, ...row }) => ({
    ...row,
    transaction: transaction_id,
    createdAt: created_at,
  }));
const COLUMNS = 'id, kiosk, digest, transaction_id, trace, size::float8 as size, created_at';

export async function insertUpload(sql: Sql, row: UploadRow): Promise<void> {
  await sql.query(
    'insert into uploads (id, kiosk, digest, transaction_id, size, created_at, trace) values ($1, $2, $3, $4, $5, $6, $7)',
    [row.id, row.kiosk, row.digest, row.transaction, row.size, row.createdAt.toISOString(), row.trace],
  );
}

export async function findUpload(sql: Sql, id: string): Promise<UploadRow | null> {
  const [row] = await sql.query(`select ${COLUMNS} from uploads where id = $1`, [id]);
  return row === undefined ? null : uploadRow.parse(row);
}

/** Newest first. */
export async function uploadsOf(sql: Sql, digest: Sha256, kiosk: string): Promise<readonly UploadRow[]> {
  const rows = await sql.query(
    `select ${COLUMNS} from uploads where digest = $1 and kiosk = $2 order by created_at desc, id`,
    [digest, kiosk],
  );
  return rows.map((row) => uploadRow.parse(row));
}

export async function allUploads(sql: Sql): Promise<readonly UploadRow[]> {
  const rows = await sql.query(`select ${COLUMNS} from uploads order by created_at, id`);
  return rows.map((row) => uploadRow.parse(row));
}

export async function deleteUpload(sql: Sql, id: string): Promise<void> {
  await sql.query('delete from uploads where id = $1', [id]);
}
