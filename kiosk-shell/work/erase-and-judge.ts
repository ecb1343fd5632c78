import { err, type Result } from '../../signing/result.ts';
import {
  eraseCaptures,
  type ErasedPackage,
  type ErasureInput,
  type ErasureRefusal,
} from '../../signing/sealing/erase-captures.ts';
import { verifyPackage } from '../../signing/verification/verify-package.ts';

export type JudgedErasureRefusal = ErasureRefusal | 'package-does-not-verify' | 'rest-would-not-verify';

/** Takes captures out of a package that verifies; what is left does as well, or nothing is given. `roots` are DER. */
export async function eraseAndJudge(
  input: ErasureInput,
  roots: readonly Uint8Array[],
): Promise<Result<ErasedPackage, JudgedErasureRefusal>> {
  const trust = { name: 'package', roots };
  if ((await verifyPackage(input.bytes, trust)).verdict !== 'passed') return err('package-does-not-verify');
  const erased = await eraseCaptures(input);
  if (!erased.ok) return erased;
  const after = await verifyPackage(erased.value.bytes, trust);
  return after.verdict === 'passed' ? erased : err('rest-would-not-verify');
}
