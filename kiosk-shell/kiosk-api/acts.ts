/** What becomes of an act that somebody asks for. */
import type { DocumentId } from '../../signing/ids.ts';
import type { Result } from '../../signing/result.ts';
import type { SignatoriesFault } from '../../signing/ceremony/signatories.ts';
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
    /** The movement of the pen cannot be sealed: the certificates of the key holder ended or have not begun. */
    | 'escrow-unavailable'
    /** The cloud was not heard from for so long that what it said last does not hold any more. */
    | 'configuration-ended'
    /** Whoever ordered it wants it signed no later than a time that is over. */
    | 'job-ended'
    /** The cloud does not let this kiosk in any more. */
    | 'shut-out'
    /** The kiosk's own certificates: what it sealed would be worth nothing. */
    | 'certificates-ended'
    /** So wrong that the time of a signature would be worth nothing. */
    | 'clock-wrong'
    /** Boxes placed by hand that do not make one clear list of people. */
    | SignatoriesFault['code']
    /** Boxes placed by hand that the document at `where` cannot have. */
    | PlacingRefusal
    /** The pen data asked for is not there any more. */
    | 'nothing-to-erase'
    /** Pen data inside a signed document stays there: taking it out would break the signatures. */
    | 'captures-in-document'
    | 'package-does-not-verify'
    /** The tenant's rules for this document; nothing of the ink is lost, `CaptureView.choices` has the ways out. */
    | DeviceRefusal;
  readonly detail: string;
  /** The document that the screen is to show, and the page, 0-based, where one is meant. */
  readonly where?: { readonly document: DocumentId; readonly page?: number };
}

export type PlacingRefusal =
  /** In a document that was signed: over what is on the page. */
  | 'box-over-content'
  /** Two boxes for signatures lie over each other. */
  | 'signatures-overlap'
  | 'box-outside-page'
  /** Certified: what fields there are may be signed, and none may be added. */
  | 'boxes-forbidden'
  /** A signature already there, or one that comes earlier, locks the box. */
  | 'signing-forbidden'
  /** The author of a field asks something that the seal, or this order, does not give. */
  | 'seed-value-unmet'
  | 'tag-not-removable'
  | 'takes-too-long'
  | 'damaged';

export type Act<T = void> = Result<T, ActRefusal>;
