'use client';

import { useState, type ReactNode } from 'react';

import type { CaptureView, DeviceChoiceView } from '../../../kiosk-shell/kiosk-api/capture.ts';
import { post } from '../../_components/api.ts';
import { useLanguage } from '../../_components/language.tsx';
import type { Counter } from '../../_components/use-staff-stream.ts';
import { refusalText } from '../../_i18n/messages.ts';
import { padName, padState } from '../../_i18n/pads.ts';
import styles from './clerk.module.css';

type Device = { readonly kind: 'pad'; readonly id: string } | { readonly kind: 'surface' };

/** Pad or the customer's own screen: named, so that nobody signs on the wrong one, with the reason where one may not. */
export function DeviceChoice({
  ceremony,
  capture,
  counter,
  onProblem,
}: {
  readonly ceremony: string;
  readonly capture: CaptureView;
  readonly counter: Counter;
  readonly onProblem: (problem: string | null) => void;
}): ReactNode {
  const { t } = useLanguage();
  const [pending, setPending] = useState<Device | null>(null);
  const device = pending ?? capture.device;
  const choose = async (chosen: Device): Promise<void> => {
    onProblem(null);
    setPending(chosen);
    const answer = await post(`/api/ceremonies/${encodeURIComponent(ceremony)}/device`, { device: chosen });
    setPending(null);
    if (!answer.ok) onProblem(refusalText(t, answer.error.code));
  };

  const { pads } = counter.status;
  const offered = pads.filter(({ problem }) => problem !== 'not-driven');
  const surface = capture.choices.find(({ kind }) => kind === 'surface');
  return (
    <fieldset className={styles['devices']} disabled={capture.sealing}>
      <legend>{t.capture.device}</legend>
      {offered.map((pad) => {
        const choice = capture.choices.find(({ kind, id }) => kind === 'pad' && id === pad.id);
        const isThere = (pad.state === 'ready' || pad.state === 'busy') && choice?.allowed !== false;
        const current = device.kind === 'pad' && device.id === pad.id;
        return (
          <div key={pad.id} className={styles['device']}>
            <label className="check">
              <input
                type="radio"
                name="device"
                checked={current}
                disabled={!isThere && !current}
                onChange={() => void choose({ kind: 'pad', id: pad.id })}
              />
              <span>
                {t.capture.devicePad(padName(pad, pads))}
                {!isThere && (
                  <span className={styles['muted']}>
                    {' '}
                    · {reasonOf(choice, t.capture.deviceReason) ?? padState(t.pads, pad, false)}
                  </span>
                )}
              </span>
            </label>
            {current && isThere && capture.problem !== null && (
              <button type="button" className="button" onClick={() => void choose({ kind: 'pad', id: pad.id })}>
                {t.common.tryAgain}
              </button>
            )}
          </div>
        );
      })}
      <label className="check">
        <input
          type="radio"
          name="device"
          checked={device.kind === 'surface'}
          disabled={surface?.allowed === false && device.kind !== 'surface'}
          onChange={() => void choose({ kind: 'surface' })}
        />
        <span>
          {t.capture.deviceSurface}
          {surface !== undefined && surface.reason !== null && (
            <span className={styles['muted']}>
              {' '}
              ·{' '}
              {surface.allowed && surface.reason === 'pressure-required'
                ? t.capture.deviceReasonPen
                : t.capture.deviceReason[surface.reason]}
            </span>
          )}
        </span>
      </label>
    </fieldset>
  );
}

function reasonOf(
  choice: DeviceChoiceView | undefined,
  words: Readonly<Record<NonNullable<DeviceChoiceView['reason']>, string>>,
): string | null {
  if (choice === undefined || choice.allowed || choice.reason === null) return null;
  return words[choice.reason];
}
