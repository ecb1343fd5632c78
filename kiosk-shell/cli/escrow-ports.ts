import type { ScryptCost } from '../../signing/escrow/two-person-key.ts';
import type { AskSecret } from './ask-secret.ts';

/** What the command needs of the world; tests bring their own. */
export interface EscrowPorts {
  /** Milliseconds since 1970. */
  now(): number;
  readonly ask: AskSecret;
  /** Something to read while the command waits; never standard output. */
  say(text: string): void;
  /** Resolves when the time is over, or when the people at the table end it before. */
  untilOver(millis: number): Promise<'limit' | 'ended'>;
  /** Of new key files. */
  readonly cost?: ScryptCost;
}
