import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unrecordableNoticeOf } from '../../signing/ceremony/unrecordable-notice.ts';
import { issueCertificate } from '../../signing/cms/certificates.ts';
import { certificatePem } from '../../signing/cms/pem.ts';
import { openKeyring, writeKeyringConfig } from '../../vault/keyring.ts';
import { slip } from './support/papers.ts';
import { atCounter, breathe, button, finishReading, identify, openCustomer, WORDS } from './support/people.ts';
import { bringIn, COUNTER, isShown, PICTURES, TABLET, useRig } from './support/rig.ts';

const DAY_MS = 24 * 60 * 60_000;

/** A tenant in earnest whose key holder's certificates ended yesterday. */
function endCertificates(dataDir: string): void {
  const keys = join(dataDir, 'kiosk', 'keys');
  writeKeyringConfig(keys, { ...(openKeyring(keys).config() as object), demo: false });
  const pair = ['Notarka Ančka', 'Rezerva'].map((commonName, i) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
    return issueCertificate({
      profile: 'escrow',
      subject: { commonName },
      publicKey: createPublicKey(privateKey),
      issuer: { certificate: 'self', privateKey },
      serial: Uint8Array.of(i + 1),
      notBefore: new Date(Date.now() - 100 * DAY_MS),
      notAfter: new Date(Date.now() - DAY_MS),
    });
  });
  writeFileSync(join(keys, 'escrow.certs.pem'), certificatePem(...pair), { mode: 0o600 });
}

const rig = useRig({ demo: false, simulatedPad: 'none', withCloud: false }, endCertificates);
mkdirSync(PICTURES, { recursive: true });

describe('where the movement of the pen cannot be recorded', () => {
  it.each(['sl', 'en'] as const)(
    'the customer reads so, and chooses among three ways of one size (%s)',
    async (language) => {
      const { customer, clerk, common } = WORDS[language];
      const { context, page } = await atCounter(rig(), { language });
      const { id } = await bringIn(context, 'Potrdilo.pdf', await slip());
      await page.goto(`/?t=${id}`);
      const screen = await openCustomer(page, language);
      await page.getByRole('button', { name: WORDS[language].escrow.begin(common.role['customer'] ?? '') }).click();
      await page.locator('#documentKind').waitFor();
      await identify(page, 'Živa Čuš');
      await finishReading(screen, language);

      const { title, ways } = unrecordableNoticeOf(language, { tenant: '' });
      await isShown(screen, title);
      const buttons = [ways.decline.choose, ways.help.choose, ways.picture.choose].map((name) => button(screen, name));
      for (const [name, size] of [
        ['counter', COUNTER],
        ['tablet', TABLET],
        ['portrait', { width: 800, height: 1280 }],
      ] as const) {
        await screen.setViewportSize(size);
        await screen.screenshot({ path: join(PICTURES, `unrecordable-${language}-${name}.png`) });
        const boxes = await Promise.all(buttons.map(async (one) => one.boundingBox()));
        expect(new Set(boxes.map((box) => `${Math.round(box?.width ?? 0)} ${Math.round(box?.height ?? 0)}`)).size).toBe(
          1,
        );
        for (const box of boxes) expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(size.height);
      }
      await page.screenshot({ path: join(PICTURES, `unrecordable-clerk-${language}.png`) });
      await button(screen, ways.help.choose).click();
      await isShown(screen, customer.askedHelpTitle);
      await screen.screenshot({ path: join(PICTURES, `unrecordable-help-${language}.png`) });
      await button(screen, customer.helpClose).click();
      await button(screen, ways.decline.choose).click();
      await button(screen, customer.declineBack).click();
      await breathe(screen);
      await button(screen, ways.picture.choose).click();
      await isShown(page, clerk.consentAnswer['picture-only']);
    },
  );
});
