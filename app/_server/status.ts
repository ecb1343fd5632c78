import type { ActRefusal } from '../../kiosk-shell/kiosk-api/acts.ts';
import type { CloudSignInRefusal, SecretRefusal, UserRefusal } from '../../kiosk-shell/cloud-api.ts';
import type { SignInRefusal } from '../../kiosk-shell/kiosk-api/staff.ts';
import type { DocumentRefusalCode } from '../../signing/documents/document.ts';

const ACT_STATUS: Readonly<Record<ActRefusal['code'], number>> = {
  'not-found': 404,
  'not-your-turn': 409,
  'wrong-state': 409,
  invalid: 400,
  'not-allowed': 403,
  'revision-changed': 409,
  'pages-unseen': 409,
  'pad-unavailable': 503,
  'no-ink': 422,
  limit: 413,
  'no-signature': 422,
  'role-without-signature': 422,
  'order-conflict': 422,
  'box-over-content': 422,
  'signatures-overlap': 422,
  'box-outside-page': 422,
  'boxes-forbidden': 422,
  'signing-forbidden': 422,
  'seed-value-unmet': 422,
  'tag-not-removable': 422,
  'takes-too-long': 422,
  damaged: 422,
  'too-many-signatories': 413,
  'too-many-signatures': 413,
  busy: 409,
  'escrow-unavailable': 409,
  'configuration-ended': 409,
  'job-ended': 409,
  'shut-out': 409,
  'certificates-ended': 409,
  'clock-wrong': 409,
  'nothing-to-erase': 409,
  'captures-in-document': 422,
  'package-does-not-verify': 422,
  'pressure-required': 422,
  'screen-refused': 422,
  'finger-refused': 422,
};

const SIGN_IN_STATUS: Readonly<Record<(SignInRefusal | CloudSignInRefusal)['code'], number>> = {
  'wrong-credentials': 401,
  locked: 429,
  'secret-ended': 401,
};

/** HTTP status of an act that was not done; decided here alone. */
export function statusOfAct(code: ActRefusal['code']): number {
  return ACT_STATUS[code];
}

export function statusOfSignIn(code: keyof typeof SIGN_IN_STATUS): number {
  return SIGN_IN_STATUS[code];
}

const USER_STATUS: Readonly<Record<UserRefusal | SecretRefusal, number>> = {
  'not-allowed': 403,
  'not-found': 404,
  invalid: 400,
  'name-taken': 409,
  'own-account': 409,
  'last-admin': 409,
  // Not 401: the session is as good as before.
  'wrong-credentials': 403,
  'too-many-tries': 429,
  'secret-too-short': 422,
  'secret-too-long': 422,
  'secret-trivial': 422,
  'secret-same': 422,
};

export function statusOfUser(code: keyof typeof USER_STATUS): number {
  return USER_STATUS[code];
}

/** A document that is not taken: too big, else not processable. */
export function statusOfDocument(code: DocumentRefusalCode): number {
  return code.startsWith('too-') ? 413 : 422;
}
