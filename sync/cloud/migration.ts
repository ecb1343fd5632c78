/** One step of the schema; `migrations.ts` lists them all. */
export interface Migration {
  readonly version: number;
  readonly statements: readonly string[];
}
