import type { CounterStatus } from '../../kiosk-shell/kiosk-api/counter.ts';
import type { Translated } from './languages.ts';

export type PadStatus = CounterStatus['pads'][number];
type Problem = NonNullable<PadStatus['problem']>;
type NotDriven = NonNullable<PadStatus['notDriven']>;

export interface PadMessages {
  /** What a pad does, after its name. */
  readonly ready: string;
  readonly busy: string;
  readonly drawing: (percent: string) => string;
  readonly unplugged: string;
  /** While somebody signs. */
  readonly unpluggedSigning: string;
  readonly failed: string;
  readonly simulated: string;
  readonly none: string;
  readonly problem: Readonly<Record<Problem, { readonly short: string; readonly advice: string }>>;
  readonly notDriven: Readonly<Record<NotDriven, string>>;
  /** Facts of one pad, for a technician on the telephone. */
  readonly serial: string;
  readonly firmware: string;
  readonly road: string;
  readonly roads: Readonly<Record<PadStatus['road'], string>>;
  readonly encryption: string;
  readonly encrypted: Readonly<Record<PadStatus['encryption'], string>>;
  readonly shows: Readonly<Record<PadStatus['shows'], string>>;
}

const en: PadMessages = {
  ready: 'ready',
  busy: 'in use',
  drawing: (percent) => `drawing ${percent} %`,
  unplugged: 'unplugged',
  unpluggedSigning: 'unplugged, signature not taken, plug it in to go on',
  failed: 'not answering',
  simulated: 'simulated',
  none: 'No pad plugged in',
  problem: {
    'not-driven': { short: 'recognised, cannot be used', advice: 'This model is recognised, and cannot be used.' },
    'no-hid-node': {
      short: 'the computer cannot talk to it',
      advice: 'It is plugged in, but the computer offers no way to talk to it. Plug it into another socket.',
    },
    'serial-mode': {
      short: 'in serial mode',
      advice: 'It is switched to its serial mode. Switch it back to HID with the program of its maker.',
    },
    'no-permission': {
      short: 'no permission',
      advice: 'The kiosk may not open it. The technician installs the rules file for pads; then plug it in again.',
    },
    'no-usb-permission': {
      short: 'no permission',
      advice:
        'The kiosk may not take it over on USB. The technician installs the rules file for pads; then plug it in again.',
    },
    'no-serial-permission': {
      short: 'no permission',
      advice: 'The kiosk may not open its serial port. The technician adds the kiosk’s user to the group dialout.',
    },
    'hid-library-missing': {
      short: 'a library is missing',
      advice:
        'A library of the system is not installed (libusb-1.0). The technician installs it and starts the kiosk again.',
    },
    'in-use': {
      short: 'held by another program',
      advice: 'Another program holds it. Close the program of the pad’s maker; the kiosk then takes it by itself.',
    },
    'not-answering': { short: 'not answering', advice: 'It does not answer. Unplug it and plug it in again.' },
  },
  notDriven: {
    'needs-tls': 'It sends pen data inside a secured channel only, for which its maker hands out the certificates.',
    'protocol-not-public': 'Its maker has not published what it sends: it works with the software of its maker only.',
    keyboard: 'It writes like a keyboard, so what it sends cannot be told from typing.',
    'needs-setting': 'Nothing tells it from other devices: the technician names its port in the configuration.',
  },
  serial: 'Serial number',
  firmware: 'Firmware',
  road: 'Connection',
  roads: {
    hidraw: 'USB, by the system (hidraw)',
    libusb: 'USB, directly',
    serial: 'serial line',
    simulated: 'simulated',
  },
  encryption: 'Pen data on the cable',
  encrypted: { none: 'not encrypted', v1: 'encrypted (AES-128)', v2: 'encrypted (AES-256)' },
  shows: {
    'own-screen': 'It has a screen of its own.',
    nothing: 'It has no screen: the customer’s screen shows what is written.',
    'computer-screen': 'It is a screen: the customer signs on the page it shows.',
  },
};

const sl: PadMessages = {
  ready: 'pripravljena',
  busy: 'v uporabi',
  drawing: (percent) => `riše se, ${percent} %`,
  unplugged: 'odklopljena',
  unpluggedSigning: 'odklopljena, podpis ni sprejet, priključite jo za nadaljevanje',
  failed: 'se ne odziva',
  simulated: 'simulirana',
  none: 'Podpisna tablica ni priključena',
  problem: {
    'not-driven': { short: 'prepoznana, ni uporabna', advice: 'Ta model je prepoznan, uporabiti pa ga ni mogoče.' },
    'no-hid-node': {
      short: 'računalnik ne more govoriti z njo',
      advice: 'Priključena je, računalnik pa ne ponuja poti do nje. Priključite jo v drugo vtičnico.',
    },
    'serial-mode': {
      short: 'v serijskem načinu',
      advice: 'Preklopljena je v serijski način. S programom izdelovalca jo preklopite nazaj na HID.',
    },
    'no-permission': {
      short: 'ni dovoljenja',
      advice: 'Program je ne sme odpreti. Tehnik namesti datoteko s pravili za tablice; nato jo znova priključite.',
    },
    'no-usb-permission': {
      short: 'ni dovoljenja',
      advice:
        'Program je na vodilu USB ne sme prevzeti. Tehnik namesti datoteko s pravili za tablice; nato jo znova priključite.',
    },
    'no-serial-permission': {
      short: 'ni dovoljenja',
      advice: 'Program ne sme odpreti njenih serijskih vrat. Tehnik uporabnika programa doda v skupino dialout.',
    },
    'hid-library-missing': {
      short: 'manjka knjižnica',
      advice: 'Sistemska knjižnica (libusb-1.0) ni nameščena. Tehnik jo namesti in program znova zažene.',
    },
    'in-use': {
      short: 'drži jo drug program',
      advice: 'Drži jo drug program. Zaprite program izdelovalca tablice; nato jo prevzamemo sami.',
    },
    'not-answering': { short: 'se ne odziva', advice: 'Ne odziva se. Odklopite jo in znova priključite.' },
  },
  notDriven: {
    'needs-tls': 'Podatke peresa pošilja le po varovanem kanalu, za katerega potrdila izdaja izdelovalec.',
    'protocol-not-public': 'Izdelovalec ni objavil, kaj pošilja: deluje samo z njegovim programom.',
    keyboard: 'Piše kot tipkovnica, zato se njenih podatkov ne da ločiti od tipkanja.',
    'needs-setting': 'Nič je ne loči od drugih naprav: tehnik vpiše njena vrata v nastavitve.',
  },
  serial: 'Serijska številka',
  firmware: 'Strojna programska oprema',
  road: 'Povezava',
  roads: {
    hidraw: 'USB, prek sistema (hidraw)',
    libusb: 'USB, neposredno',
    serial: 'serijska',
    simulated: 'simulirana',
  },
  encryption: 'Podatki peresa na kablu',
  encrypted: { none: 'niso šifrirani', v1: 'šifrirani (AES-128)', v2: 'šifrirani (AES-256)' },
  shows: {
    'own-screen': 'Ima svoj zaslon.',
    nothing: 'Zaslona nima: zapisano se kaže na zaslonu stranke.',
    'computer-screen': 'Je zaslon: stranka se podpiše na strani, ki jo kaže.',
  },
};

export const pads: Translated<PadMessages> = { sl, en };

/** "ready", "drawing 40 %", "no permission": after the name of the pad. */
export function padState(t: PadMessages, pad: PadStatus, signing: boolean): string {
  if (pad.problem !== null) return t.problem[pad.problem].short;
  if (pad.state === 'unplugged') return signing ? t.unpluggedSigning : t.unplugged;
  if (pad.state === 'failed') return t.failed;
  if (pad.drawing !== null) return t.drawing(String(Math.floor(pad.drawing * 100)));
  return t[pad.state];
}

/** What is wrong and what to do, in sentences; null when nothing is. */
export function padAdvice(t: PadMessages, { problem, notDriven }: PadStatus): string | null {
  if (problem === null) return null;
  return notDriven === null ? t.problem[problem].advice : `${t.problem[problem].advice} ${t.notDriven[notDriven]}`;
}

/** Two of one model differ by the end of their serial numbers, or else by their place in the list. */
export function padName({ id, model, serial }: PadStatus, all: readonly PadStatus[]): string {
  const twins = all.filter((one) => one.model === model);
  if (twins.length < 2) return model;
  const endings = new Set(twins.map((one) => one.serial?.slice(-4)));
  const place = String(1 + twins.findIndex((one) => one.id === id));
  return `${model} ${serial === null || endings.size < twins.length ? place : `…${serial.slice(-4)}`}`;
}
