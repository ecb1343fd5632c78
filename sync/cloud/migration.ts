export interface Migration {
  readonly version: number;
  readonly statements: readonly string[];
}
