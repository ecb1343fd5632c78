/** Words of four languages for every screen of a pad, plain and as long as they get. */
import type { KeptInk, ScreenSize } from '../../../drivers/screen/parts.ts';
import { renderSignScreen, renderWords } from '../../../drivers/screen/render.ts';
import { signScreen, waitingScreen } from '../../../drivers/screen/sign-screen.ts';
import type { SignScreen, SignScreenContent, WaitingScreen } from '../../../drivers/screen/sign-screen.ts';
import { idleScreen, messageScreen, wordScreen } from '../../../drivers/screen/word-screens.ts';
import type { WordScreen } from '../../../drivers/screen/word-screens.ts';
import type { Picture } from '../../../drivers/wacom/stu-image.ts';

/** What pads have: small screens are black and white. */
export const sizes: readonly Required<ScreenSize>[] = [
  { width: 320, height: 200, colour: 'mono' },
  { width: 396, height: 100, colour: 'mono' },
  { width: 640, height: 480, colour: 'mono' },
  { width: 640, height: 480, colour: 'rgb24' },
  { width: 800, height: 480, colour: 'mono' },
  { width: 800, height: 480, colour: 'rgb24' },
  { width: 1024, height: 600, colour: 'mono' },
  { width: 1024, height: 600, colour: 'rgb24' },
];
export const nameOf = ({ width, height, colour }: ScreenSize): string =>
  `${width}x${height} ${colour === 'mono' ? 'mono' : 'colour'}`;

interface Sample extends SignScreenContent {
  readonly branch: string;
  readonly greeting: string;
  readonly notice: string;
  readonly lastStroke: string;
  readonly guard: { readonly title: string; readonly word: string; readonly hint: string };
  readonly lost: { readonly headline: string; readonly text: string };
  readonly thanks: { readonly headline: string; readonly text: string };
}
export const samples: Readonly<Record<string, Sample>> = {
  sl: {
    tenant: 'Čebelica, zavarovalnica d.d.',
    branch: 'Poslovalnica Škofja Loka',
    greeting: 'Dobrodošli',
    document: 'Pogodba o potrošniškem kreditu št. 2026/117',
    label: 'Podpis kreditojemalca',
    signatory: 'Žiga Šuštaršič',
    page: 'Stran 2 od 4',
    labels: { ok: 'Potrdi', clear: 'Počisti', cancel: 'Prekliči' },
    notice: 'Trenutek, prosimo.',
    lastStroke: 'Nedokončana poteza ni bila sprejeta.',
    guard: { title: 'Ali je na obeh zaslonih ista beseda?', word: 'ŽELVA', hint: 'Preveri jo vaš svetovalec.' },
    lost: { headline: 'Podpis ni bil sprejet', text: 'Povezava je bila prekinjena. Podpišite se znova, prosimo.' },
    thanks: { headline: 'Hvala', text: 'Vaš podpis je sprejet.' },
  },
  en: {
    tenant: 'Bled Savings Bank',
    branch: 'Lake branch',
    greeting: 'Welcome',
    document: 'Consumer loan agreement 2026/117',
    label: 'Borrower signs',
    signatory: 'Jane Appleyard',
    page: 'Page 2 of 4',
    labels: { ok: 'Done', clear: 'Clear', cancel: 'Cancel' },
    notice: 'One moment, please.',
    lastStroke: 'The unfinished stroke was not taken.',
    guard: { title: 'Is the same word on both screens?', word: 'TURTLE', hint: 'Your adviser checks it.' },
    lost: { headline: 'Signature not taken', text: 'The connection was lost. Please sign again.' },
    thanks: { headline: 'Thank you', text: 'Your signature has been taken.' },
  },
  de: {
    tenant: 'Raiffeisenbank Großwölfersdorf',
    branch: 'Filiale Völkermarkt',
    greeting: 'Grüß Gott',
    document: 'Allgemeine Geschäftsbedingungen',
    label: 'Unterschrift',
    signatory: 'Jürgen Größmann',
    page: 'Seite 12 von 14',
    labels: { ok: 'Bestätigen', clear: 'Löschen', cancel: 'Abbrechen' },
    notice: 'Einen Augenblick, bitte.',
    lastStroke: 'Der letzte Strich wurde nicht erfasst.',
    guard: { title: 'Steht auf beiden Bildschirmen dasselbe?', word: 'SCHILDKRÖTE', hint: 'Ihr Berater prüft es.' },
    lost: { headline: 'Nicht unterschrieben', text: 'Die Verbindung war weg. Bitte unterschreiben Sie noch einmal.' },
    thanks: { headline: 'Vielen Dank', text: 'Ihre Unterschrift ist erfasst.' },
  },
  hu: {
    tenant: 'Erdőszéli Takarékszövetkezet',
    branch: 'Lendvai fiók',
    greeting: 'Üdvözöljük',
    document: 'Kölcsönszerződés',
    label: 'Adós aláírása',
    signatory: 'Szűcsné Őry Zsófia',
    page: '2. oldal, össz. 4',
    labels: { ok: 'Elfogadom', clear: 'Törlés', cancel: 'Mégse' },
    notice: 'Egy pillanat, kérem.',
    lastStroke: 'Az utolsó vonás nem rögzült.',
    guard: { title: 'Ugyanaz a szó áll mindkét képernyőn?', word: 'TEKNŐS', hint: 'A tanácsadó ellenőrzi.' },
    lost: { headline: 'Nem rögzült', text: 'Megszakadt a kapcsolat. Kérjük, írja alá újra.' },
    thanks: { headline: 'Köszönjük', text: 'Az aláírás rögzült.' },
  },
};

/** As long as names get in life. */
export const endless: SignScreenContent = {
  tenant: 'Prva medobčinska hranilnica in posojilnica severovzhodne Slovenije z omejenim jamstvom d.d.',
  document:
    'Pogodba o potrošniškem kreditu št. 2026/117 s splošnimi pogoji, amortizacijskim načrtom, soglasjem za vpogled v register SISBON in vsemi prilogami',
  label: 'Podpis zakonite zastopnice mladoletne kreditojemalke',
  signatory: 'Marija Magdalena Štefanija Vodopivec Šuštaršič-Ćirković roj. Žnidaršič Hađžihasanović',
  page: 'Stran 1117 od 1204',
  labels: { ok: 'Potrjujem podpis', clear: 'Počisti vse skupaj', cancel: 'Prekliči podpisovanje' },
};

export const keptInk: KeptInk = {
  width: 9000,
  height: 2500,
  strokes: [
    Array.from({ length: 90 }, (_, at) => ({
      x: 1200 + at * 45,
      y: 1150 + 620 * Math.sin(at / 4) * Math.cos(at / 30),
    })),
    Array.from({ length: 40 }, (_, at) => ({ x: 5600 + at * 40, y: 1300 - 500 * Math.sin(at / 7) })),
  ],
};

export interface Shown {
  readonly screen: SignScreen | WaitingScreen | WordScreen;
  readonly picture: Picture;
}
const drawnSign = (screen: SignScreen | WaitingScreen): Shown => ({ screen, picture: renderSignScreen(screen) });
const drawnWords = (screen: WordScreen): Shown => ({ screen, picture: renderWords(screen) });

/** Every screen a pad has, in the order in which a signatory meets them. */
export function allScreens(size: ScreenSize, sample: Sample): Readonly<Record<string, Shown>> {
  return {
    idle: drawnWords(idleScreen(size, sample)),
    waiting: drawnSign(waitingScreen(size, sample)),
    word: drawnWords(wordScreen(size, sample.guard)),
    sign: drawnSign(signScreen(size, sample)),
    kept: drawnSign(signScreen(size, { ...sample, note: sample.lastStroke }, keptInk)),
    lost: drawnWords(messageScreen(size, { ...sample.lost, mark: 'stop' })),
    thanks: drawnWords(messageScreen(size, { ...sample.thanks, mark: 'done' })),
  };
}
