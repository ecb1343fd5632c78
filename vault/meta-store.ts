import type { DatabaseHandle } from './database.ts';

/** Small facts of this kiosk: last trusted time, configuration version, when the vault was made. */
export interface MetaStore {
  get(key: string): string | null;
  set(key: string, value: string): void;
}

export function createMetaStore(database: DatabaseHandle): MetaStore {
  const read = database.query<{ key: string }, { value: string }>('SELECT value FROM meta WHERE key = @key');
  const put = database.change<{ key: string; value: string }>(
    'INSERT INTO meta (key, value) VALUES (@key, @value) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  return {
    get: (key) => read.get({ key })?.value ?? null,
    set: (key, value) => void put.run({ key, value }),
  };
}
