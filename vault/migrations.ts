import type { DatabaseHandle } from './database.ts';
import { VaultError } from './errors.ts';
import { SCHEMA_1 } from './schema-1.ts';
import { SCHEMA_2 } from './schema-2.ts';
import { SCHEMA_3 } from './schema-3.ts';
import { SCHEMA_4 } from './schema-4.ts';
import { SCHEMA_5 } from './schema-5.ts';
import { SCHEMA_6 } from './schema-6.ts';
import { SCHEMA_7 } from './schema-7.ts';
import { SCHEMA_8 } from './schema-8.ts';
import { SCHEMA_9 } from './schema-9.ts';

/**
 * Numbered from 1 by position; only forward. A released step is never edited: the next change is a new step.
 * Nothing is thrown away by a step: what a newer shape needs is computed from what is there.
 */
export const MIGRATIONS: readonly string[] = [
  SCHEMA_1,
  SCHEMA_2,
  SCHEMA_3,
  SCHEMA_4,
  SCHEMA_5,
  SCHEMA_6,
  SCHEMA_7,
  SCHEMA_8,
  SCHEMA_9,
];

/**
 * Brings the file to the newest schema, each step in its own transaction.
 * @throws VaultError 'schema-newer' when a newer version of the program has written the file; nothing is changed then.
 */
export function migrate(database: DatabaseHandle, steps: readonly string[] = MIGRATIONS): void {
  const found = schemaVersion(database);
  if (found > steps.length) {
    throw new VaultError('schema-newer', `the vault has schema ${found}, this program knows ${steps.length}`);
  }
  for (let number = found + 1; number <= steps.length; number += 1) {
    const script = steps[number - 1];
    if (script === undefined) throw new Error('migration numbers have no gaps');
    database.write(() => {
      // Another process may have done the step between the look and the lock.
      if (schemaVersion(database) >= number) return;
      database.script(script);
      database.pragma(`user_version = ${number}`);
    });
  }
}

export function schemaVersion(database: DatabaseHandle): number {
  return Number(database.pragma('user_version'));
}
