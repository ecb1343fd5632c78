import type { RecipientFault, RecipientProblem } from '../signing/cms/capture-recipients.ts';

/** Why captures are not sealed to a certificate, and what to do, for the log and the self-test. */
export function recipientSentence({ problem, name }: RecipientFault): string {
  const which =
    name === null ? 'An escrow certificate' : `The escrow certificate “${name.replace(/\p{C}/gu, '\ufffd')}”`;
  return `${which} ${SENTENCES[problem]}`;
}

const NEW = 'Ask the escrow holder for a new pair of certificates.';
const SENTENCES: Readonly<Record<RecipientProblem, string>> = {
  unreadable: `cannot be read. ${NEW}`,
  'not-yet-valid': 'is not valid yet. Check the date of this machine, or keep the pair before it until then.',
  expired: `ran out. ${NEW}`,
  'weak-key': `has a key that is no RSA key of 3072 bits or more. ${NEW}`,
  'weak-signature': `is not signed with RSA or ECDSA and SHA-2. ${NEW}`,
  'wrong-usage': `is not for encryption (its key usage says so). ${NEW}`,
  'test-key': 'was made for tests or a demo; others have its private key. Use certificates of the real escrow holder.',
  'same-key': 'has the same key as the other one of its pair. The backup needs a key of its own.',
  'not-a-pair': 'is missing: there have to be two, of the escrow holder and of the backup, for each change of keys.',
};
