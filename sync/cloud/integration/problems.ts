/** Refusals of the integration API: problem details (RFC 9457) with a code that never changes its meaning. */
const PROBLEMS = {
  invalid: [400, 'The request is not as the description of the interface says.'],
  'no-key': [401, 'Send an API key: Authorization: Bearer csk_...'],
  'key-unknown': [401, 'This API key is not known here.'],
  'key-ended': [401, 'The time of this API key is over. Ask for a new one.'],
  'key-revoked': [401, 'This API key was revoked.'],
  'scope-missing': [403, 'This API key does not allow that.'],
  'not-found': [404, 'There is nothing of that name for this API key.'],
  'method-not-allowed': [405, 'That cannot be done with this address.'],
  'not-delivered': [409, 'Nothing signed has arrived from the counter yet.'],
  'signing-has-begun': [409, 'Signing has begun or is over: it is no longer cancelled from here.'],
  destroyed: [410, 'The time for keeping it is over: it was destroyed.'],
  'length-required': [411, 'Announce the length of the body (Content-Length).'],
  'too-large-together': [413, 'The documents are too large together.'],
  'document-refused': [422, 'A document cannot be signed as it is.'],
  'branch-unknown': [422, 'The tenant has no kiosk in a branch of this name.'],
  'expiry-out-of-range': [422, 'The end must lie ahead, by 90 days at most.'],
  'idempotency-key-reused': [422, 'This idempotency key was used for something else. Use a new one.'],
  'address-refused': [422, 'Webhooks are sent to https addresses outside of private networks only.'],
  'too-many-webhooks': [422, 'A tenant has ten webhooks at most.'],
  'too-many-requests': [429, 'Too many requests with this API key. Wait a minute.'],
  unavailable: [503, 'The cloud could not do this now. Try again.'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;
export type ProblemCode = keyof typeof PROBLEMS;

/** Seconds after which asking again makes sense. */
const RETRY_AFTER: Partial<Readonly<Record<ProblemCode, string>>> = { 'too-many-requests': '60', unavailable: '5' };

/** @param more members of their own: which document, which field; never contents */
export function problem(code: ProblemCode, more: Readonly<Record<string, string | number>> = {}): Response {
  const [status, title] = PROBLEMS[code];
  const after = RETRY_AFTER[code];
  return new Response(JSON.stringify({ type: `urn:countersign:problem:${code}`, title, status, code, ...more }), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...(after === undefined ? {} : { 'retry-after': after }),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
  });
}

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
