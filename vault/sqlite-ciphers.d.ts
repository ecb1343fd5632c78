/** The package has declarations but does not export them; its interface is that of better-sqlite3 and two calls more. */
declare module 'better-sqlite3-multiple-ciphers' {
  import type Sqlite from 'better-sqlite3';

  namespace Ciphers {
    interface Database extends Sqlite.Database {
      /** Before the first statement. @returns 0 */
      key(phrase: Buffer): number;
      /** Writes every page anew under another key. @returns 0 */
      rekey(phrase: Buffer): number;
    }
  }
  const Ciphers: {
    new (path: string, options?: Sqlite.Options): Ciphers.Database;
    readonly SqliteError: typeof Sqlite.SqliteError;
  };
  export = Ciphers;
}
