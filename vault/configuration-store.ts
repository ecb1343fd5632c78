import type { Clock } from '../signing/clock.ts';
import type { DatabaseHandle, NoParams } from './database.ts';

export interface StoredConfiguration {
  readonly number: number;
  /** As the cloud signed it; checked before it came here. */
  readonly jws: string;
}

/** What this kiosk works by, and what it will work by when nobody signs. Two rows at most matter; older ones go. */
export interface ConfigurationStore {
  newest(): StoredConfiguration | null;
  inUse(): StoredConfiguration | null;
  /** The same number again replaces the text (it holds for longer). @throws VaultError 'constraint' below the newest. */
  put(configuration: StoredConfiguration): void;
  /** The newest comes into use, and those before it go. */
  useNewest(): void;
}

export function createConfigurationStore(database: DatabaseHandle, clock: Clock): ConfigurationStore {
  const newest = database.query<NoParams, StoredConfiguration>(
    'SELECT number, jws FROM configuration ORDER BY number DESC LIMIT 1',
  );
  const inUse = database.query<NoParams, StoredConfiguration>('SELECT number, jws FROM configuration WHERE in_use = 1');
  const put = database.change<{ number: number; jws: string; now: number }>(
    `INSERT INTO configuration (number, jws, received_at, in_use) VALUES (@number, @jws, @now, 0)
     ON CONFLICT (number) DO UPDATE SET jws = excluded.jws, received_at = excluded.received_at`,
  );
  const removeOlder = database.change<NoParams>(
    'DELETE FROM configuration WHERE number < (SELECT max(number) FROM configuration)',
  );
  const use = database.change<NoParams>('UPDATE configuration SET in_use = 1');
  return {
    newest: () => newest.get({}) ?? null,
    inUse: () => inUse.get({}) ?? null,
    put: ({ number, jws }) => void put.run({ number, jws, now: clock.now() }),
    useNewest() {
      removeOlder.run({});
      use.run({});
    },
  };
}
