import type { ExportNote } from '../../capture/exports/export-note.ts';
import type { Outcome } from '../../verification/verification-report.ts';

/** Everything the report says, in a language. */
export interface ExaminerWords {
  readonly lang: 'sl' | 'en';
  readonly title: string;
  readonly confidential: string;
  readonly release: string;
  readonly holders: string;
  readonly reason: string;
  readonly at: string;
  /** When what was opened is to be destroyed. */
  readonly until: string;
  readonly untilKept: string;
  readonly software: string;
  readonly input: string;
  readonly capture: (number: number) => string;
  readonly checks: string;
  readonly check: Readonly<Record<'h1' | 'h2' | 'binding' | 'commitment' | 'opened', string>>;
  readonly outcome: Readonly<Record<Outcome, string>>;
  readonly noDocument: string;
  readonly facts: Readonly<
    Record<
      | 'transaction'
      | 'document'
      | 'field'
      | 'role'
      | 'shown'
      | 'sealed'
      | 'device'
      | 'serial'
      | 'firmware'
      | 'driver'
      | 'surface'
      | 'resolution'
      | 'pressureLevels'
      | 'nominalRate'
      | 'started'
      | 'clock'
      | 'cleared'
      | 'losses',
      string
    >
  >;
  readonly simulated: string;
  readonly unknown: string;
  readonly none: string;
  readonly deviceOf: (number: number, all: number) => string;
  readonly deviceHeading: string;
  readonly inkHeading: string;
  readonly inkNote: Readonly<Record<'mm' | 'units', string>>;
  readonly inkReduced: (percent: string) => string;
  readonly plots: Readonly<
    Record<'x' | 'y' | 'pressure' | 'speed' | 'interval' | 'intervals' | 'time' | 'interval-axis', string>
  >;
  readonly count: (samples: number) => string;
  readonly binWidth: (millis: string) => string;
  readonly page: (number: number, count: number) => string;
  readonly units: Readonly<Record<'mm' | 'units', string>>;
  readonly level: string;
  readonly noPressure: string;
  readonly figures: Readonly<
    Record<
      | 'heading'
      | 'samples'
      | 'strokes'
      | 'duration'
      | 'down'
      | 'air'
      | 'path'
      | 'size'
      | 'meanSpeed'
      | 'topSpeed'
      | 'pressure'
      | 'interval',
      string
    >
  >;
  readonly airHeading: string;
  readonly airNote: (share: string) => string;
  readonly gaps: Readonly<Record<'heading' | 'none' | 'at' | 'length' | 'skipped', string>>;
  readonly interruptions: string;
  readonly files: string;
  readonly note: (note: ExportNote) => string;
  readonly noteNone: string;
  readonly caution: readonly string[];
}

export const EXAMINER_EN: ExaminerWords = {
  lang: 'en',
  title: 'Opened signature capture',
  confidential: 'Confidential: biometric data. Only for the purpose below; to be destroyed afterwards.',
  release: 'Release',
  holders: 'Opened by',
  reason: 'Reason',
  at: 'Opened at (UTC)',
  until: 'To be destroyed by (UTC)',
  untilKept: 'kept, as asked for in the log; to be destroyed when the purpose is served',
  software: 'Opened with',
  input: 'File that was opened (SHA-256)',
  capture: (number) => `Capture ${number}`,
  checks: 'Binding to the document',
  check: {
    h1: 'H1, digest of what was shown',
    h2: 'H2, commitment to the record',
    binding: 'H1 in the document',
    commitment: 'Sealed capture in the signature',
    opened: 'H1 and H2 in the signature',
  },
  outcome: { passed: 'holds', failed: 'DOES NOT HOLD', indeterminate: 'cannot be judged', absent: 'not there' },
  noDocument: 'no document was given',
  facts: {
    transaction: 'Transaction',
    document: 'Document',
    field: 'Signature field',
    role: 'Role of the signatory',
    shown: 'Length of the document shown',
    sealed: 'Sealed capture (SHA-256)',
    device: 'Device',
    serial: 'Serial number',
    firmware: 'Firmware',
    driver: 'Driver',
    surface: 'Writing surface (width and height)',
    resolution: 'Resolution (per inch, x and y)',
    pressureLevels: 'Pressure levels',
    nominalRate: 'Nominal rate (per second)',
    started: 'First sample (wall clock, UTC)',
    clock: 'Clock of the time column',
    cleared: 'Attempts cleared before',
    losses: 'Reports lost / unreadable / unknown',
  },
  simulated: 'SIMULATED DEVICE',
  unknown: 'not known',
  none: 'none',
  deviceOf: (number, all) => `Device ${number} of ${all}`,
  deviceHeading: 'Device',
  inkHeading: 'Ink',
  inkNote: {
    mm: 'True size when printed at 100 %: check the bar with a ruler. Broken and thin: movement in the air.',
    units:
      'The device does not know its real size: shape only, not to be measured. Broken and thin: movement in the air.',
  },
  inkReduced: (percent) =>
    `NOT at true size: the sheet is too small, so ink and bar are drawn at ${percent} % of it. Broken and thin: movement in the air.`,
  plots: {
    x: 'Horizontal position x(t)',
    y: 'Vertical position y(t), downwards',
    pressure: 'Pressure',
    speed: 'Speed along the path, from neighbouring samples',
    interval: 'Time since the sample before',
    intervals: 'Regularity of sampling: intervals in strokes, counted',
    'interval-axis': 'interval in ms',
    time: 'ms since the first sample; shaded: tip down',
  },
  count: (samples) => `values: ${samples}`,
  binWidth: (millis) => `bars of ${millis} ms`,
  page: (number, count) => `Page ${number} of ${count}`,
  units: { mm: 'mm', units: 'device units' },
  level: 'level',
  noPressure: 'The device measured no pressure.',
  figures: {
    heading: 'Figures',
    samples: 'Samples',
    strokes: 'Strokes',
    duration: 'From first to last sample',
    down: 'Tip down',
    air: 'Samples in the air',
    path: 'Path with the tip down',
    size: 'Width and height',
    meanSpeed: 'Mean speed',
    topSpeed: 'Top speed',
    pressure: 'Pressure from and to',
    interval: 'Interval in strokes, median and longest',
  },
  airHeading: 'Movement in the air',
  airNote: (share) => `${share} of the samples were taken in the air. No such samples means that the device gave none.`,
  gaps: {
    heading: 'Sampling and gaps',
    none: 'No interval in a stroke was longer than 40 ms, and no number of the device was skipped.',
    at: 'At',
    length: 'Length',
    skipped: 'Numbers skipped',
  },
  interruptions: 'Interruptions (device lost or changed)',
  files: 'Files, and what they leave out',
  noteNone: 'nothing',
  note: (note) => {
    switch (note.code) {
      case 'coordinates-divided':
        return `coordinates are divided by ${note.by}`;
      case 'no-real-size':
        return 'no real size is stated';
      case 'time-rounded':
        return `times are rounded to ${note.micros / 1000} ms`;
      case 'time-moved':
        return `${note.samples} samples had a time that went back or did not fit`;
      case 'force-raised':
        return `${note.samples} samples with tip down and no force are written with force 1`;
      case 'force-cleared':
        return `${note.samples} samples in the air with a force are written with force 0`;
      case 'columns-left-out':
        return `without ${note.columns.join(', ')}`;
      case 'angles-filled':
        return 'angles are 0 because the device gave none';
    }
  },
  caution: [
    'Everything is computed from raw samples; nothing was smoothed, resampled or left out.',
    'Pressure levels of different devices cannot be compared without calibration.',
    'Times are those of the clock named under Device, with the delays of cable and computer.',
    'The evidence is record.json; the other files are derived from it.',
  ],
};

export const EXAMINER_SL: ExaminerWords = {
  lang: 'sl',
  title: 'Odprt zajem podpisa',
  confidential: 'Zaupno: biometrični podatki. Samo za spodnji namen; nato jih je treba uničiti.',
  release: 'Odprtje',
  holders: 'Odprla',
  reason: 'Razlog',
  at: 'Čas odprtja (UTC)',
  until: 'Uničiti najpozneje (UTC)',
  untilKept: 'shranjeno, kot je zapisano v dnevniku; uničiti, ko je namen dosežen',
  software: 'Odprto s programom',
  input: 'Odprta datoteka (SHA-256)',
  capture: (number) => `Zajem ${number}`,
  checks: 'Povezava z dokumentom',
  check: {
    h1: 'H1, izvleček prikazanega',
    h2: 'H2, zaveza zapisu',
    binding: 'H1 v dokumentu',
    commitment: 'Zapečateni zajem v podpisu',
    opened: 'H1 in H2 v podpisu',
  },
  outcome: { passed: 'drži', failed: 'NE DRŽI', indeterminate: 'ni mogoče presoditi', absent: 'ga ni' },
  noDocument: 'dokument ni bil predložen',
  facts: {
    transaction: 'Transakcija',
    document: 'Dokument',
    field: 'Podpisno polje',
    role: 'Vloga podpisnika',
    shown: 'Dolžina prikazanega dokumenta',
    sealed: 'Zapečateni zajem (SHA-256)',
    device: 'Naprava',
    serial: 'Serijska številka',
    firmware: 'Strojna programska oprema',
    driver: 'Gonilnik',
    surface: 'Pisalna površina (širina in višina)',
    resolution: 'Ločljivost (na palec, x in y)',
    pressureLevels: 'Stopnje pritiska',
    nominalRate: 'Nazivna hitrost vzorčenja (na sekundo)',
    started: 'Prvi vzorec (stenska ura, UTC)',
    clock: 'Ura stolpca časa',
    cleared: 'Prej izbrisani poskusi',
    losses: 'Izgubljena / neberljiva / neznana poročila',
  },
  simulated: 'SIMULIRANA NAPRAVA',
  unknown: 'ni znano',
  none: 'ni',
  deviceOf: (number, all) => `Naprava ${number} od ${all}`,
  deviceHeading: 'Naprava',
  inkHeading: 'Sled peresa',
  inkNote: {
    mm: 'V naravni velikosti pri tisku 100 %: merilo preverite z ravnilom. Pretrgano in tanko: gibanje po zraku.',
    units: 'Naprava ne pozna svoje velikosti: samo oblika, ni za merjenje. Pretrgano in tanko: gibanje po zraku.',
  },
  inkReduced: (percent) =>
    `NI v naravni velikosti: list je premajhen, zato sta sled in merilo narisana v ${percent} % velikosti. Pretrgano in tanko: gibanje po zraku.`,
  plots: {
    x: 'Vodoravni položaj x(t)',
    y: 'Navpični položaj y(t), navzdol',
    pressure: 'Pritisk',
    speed: 'Hitrost vzdolž poti, iz sosednjih vzorcev',
    interval: 'Čas od prejšnjega vzorca',
    intervals: 'Enakomernost vzorčenja: prešteti razmiki v potezah',
    'interval-axis': 'razmik v ms',
    time: 'ms od prvega vzorca; osenčeno: konica na podlagi',
  },
  count: (samples) => `vrednosti: ${samples}`,
  binWidth: (millis) => `stolpci po ${millis} ms`,
  page: (number, count) => `Stran ${number} od ${count}`,
  units: { mm: 'mm', units: 'enote naprave' },
  level: 'stopnja',
  noPressure: 'Naprava ni merila pritiska.',
  figures: {
    heading: 'Vrednosti',
    samples: 'Vzorci',
    strokes: 'Poteze',
    duration: 'Od prvega do zadnjega vzorca',
    down: 'Konica na podlagi',
    air: 'Vzorci v zraku',
    path: 'Pot s konico na podlagi',
    size: 'Širina in višina',
    meanSpeed: 'Povprečna hitrost',
    topSpeed: 'Največja hitrost',
    pressure: 'Pritisk od in do',
    interval: 'Razmik v potezah, mediana in najdaljši',
  },
  airHeading: 'Gibanje po zraku',
  airNote: (share) => `${share} vzorcev je bilo zajetih v zraku. Če takih vzorcev ni, jih naprava ni dala.`,
  gaps: {
    heading: 'Vzorčenje in vrzeli',
    none: 'Noben razmik v potezi ni bil daljši od 40 ms in nobena številka naprave ni bila preskočena.',
    at: 'Kdaj',
    length: 'Dolžina',
    skipped: 'Preskočene številke',
  },
  interruptions: 'Prekinitve (izgubljena ali zamenjana naprava)',
  files: 'Datoteke in kaj v njih manjka',
  noteNone: 'nič',
  note: (note) => {
    switch (note.code) {
      case 'coordinates-divided':
        return `koordinate so deljene z ${note.by}`;
      case 'no-real-size':
        return 'prava velikost ni navedena';
      case 'time-rounded':
        return `časi so zaokroženi na ${String(note.micros / 1000).replace('.', ',')} ms`;
      case 'time-moved':
        return `vzorci s časom, ki je šel nazaj ali ni bil zapisljiv: ${note.samples}`;
      case 'force-raised':
        return `vzorci s konico na podlagi brez sile, zapisani s silo 1: ${note.samples}`;
      case 'force-cleared':
        return `vzorci v zraku s silo, zapisani s silo 0: ${note.samples}`;
      case 'columns-left-out':
        return `brez ${note.columns.join(', ')}`;
      case 'angles-filled':
        return 'koti so 0, ker jih naprava ni dala';
    }
  },
  caution: [
    'Vse je izračunano iz surovih vzorcev; nič ni zglajeno, prevzorčeno ali izpuščeno.',
    'Stopenj pritiska različnih naprav brez umerjanja ni mogoče primerjati.',
    'Časi so od ure, navedene pri napravi, z zamudami kabla in računalnika.',
    'Dokaz je record.json; druge datoteke so izpeljane iz njega.',
  ],
};
