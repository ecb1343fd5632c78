/** What becomes of an act that somebody asks for. */
import type { Result } from '../../signing/result.ts';
import type { DeviceRefusal } from '../device-policy.ts';

/** Why an act was not done. The screen words it; `detail` is for the log. */
export interface ActRefusal {
  readonly code:
    | 'not-found'
    | 'not-your-turn'
    | 'wrong-state'
    | 'invalid'
    | 'not-allowed'
    | 'revision-changed'
    | 'pages-unseen'
    | 'pad-unavailable'
    | 'no-ink'
    | 'limit'
    | 'busy'
    /** The pen data asked for is not there any more. */
    | 'nothing-to-erase'
    /** Pen data inside a signed document stays there: taking it out would break the signatures. */
    | 'captures-in-document'
    | 'package-does-not-verify'
    /** The tenant's rules for this document; nothing of the ink is lost, `CaptureView.choices` has the ways out. */
    | DeviceRefusal;
  readonly detail: string;
}

export type Act<T = void> = Result<T, ActRefusal>;
