const DISK = 'The disk is full. Make room (about 2 GB for packages and build), then run the command again.';
const REGISTRY =
  'The npm registry cannot be reached. Check the network and what `npm config get registry` says, then run the command again.';

/** What programs say when the world is in the way, and what to do about it. First match wins. */
const KNOWN = [
  [/ENOSPC|no space left on device/i, DISK],
  [/ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/, REGISTRY],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_HAS_EXPIRED|ERR_TLS_/,
    'The npm registry answers with a certificate that is not trusted here. Tell npm of the right one (npm config set cafile FILE), then run the command again.',
  ],
  [
    /\b(E401|E403)\b/,
    'The npm registry refuses this machine. Sign in (npm login) or name another, then run the command again.',
  ],
  [
    /\bE404\b|ETARGET/,
    'A locked package is not in the npm registry in use. See what `npm config get registry` says, then run the command again.',
  ],
  [
    /EINTEGRITY/,
    'A package arrived with other bytes than are locked. Run `npm cache clean --force`, then the command again.',
  ],
  [
    /EACCES|EPERM|EROFS/,
    'This account may not write in the project folder. Make the folder its own, then run the command again.',
  ],
  [/out of memory|heap limit/i, 'There was too little memory. Close other programs, then run the command again.'],
  [/spawn \S+ ENOENT/, 'The program is not installed or not on the path. Node brings npm with it: install Node again.'],
];

/** A sentence that says what to do, or null when the output says nothing known. */
export function explainFailure(output) {
  return KNOWN.find(([pattern]) => pattern.test(output))?.[1] ?? null;
}
