/** One step of the schema of the cloud's database. */
export interface Migration {
  readonly version: number;
  readonly statements: readonly string[];
}
