import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { issueCertificate, type CertificateProfile } from '../../signing/cms/certificates.ts';
import { certificatePem } from '../../signing/cms/pem.ts';
import {
  degrees,
  PDFDict,
  PDFDocument,
  PDFName,
  PDFObjectParser,
  PDFString,
  rgb,
  StandardFonts,
  type PDFObject,
} from 'pdf-lib';
import type { CaptureRecord, SignaturePicture } from '../../signing/capture/capture-record.ts';
import { sha256, type Sha256 } from '../../signing/digest.ts';
import type { SealFieldInput } from '../../signing/sealing/seal-field.ts';
import { localSigner } from '../../signing/sealing/local-signer.ts';
import type { Signer } from '../../signing/sealing/signer.ts';

export interface KeyAndCertificate {
  readonly privateKey: KeyObject;
  readonly certificate: Uint8Array;
}
export interface TestPki {
  readonly root: KeyAndCertificate;
  readonly issuing: KeyAndCertificate;
  readonly seal: KeyAndCertificate;
  readonly device: KeyAndCertificate;
  readonly escrow: KeyAndCertificate;
  readonly backup: KeyAndCertificate;
  readonly signer: Signer;
  readonly deviceSigner: Signer;
}

export type KeyKind = 'rsa' | 'p256';

/** A throw-away tenant: root, issuing authority, seal, device and two escrow certificates. */
export function makePki(kind: KeyKind): TestPki {
  const notBefore = new Date('2026-01-01T00:00:00Z');
  const notAfter = new Date('2036-01-01T00:00:00Z');
  let serial = 0x80;
  const issue = (
    profile: CertificateProfile,
    commonName: string,
    by: KeyAndCertificate | null,
    keys: KeyKind = kind,
  ): KeyAndCertificate => {
    const { privateKey, publicKey } = newKeys(keys);
    serial += 1;
    const certificate = issueCertificate({
      profile,
      subject: { commonName, organization: 'Čuječi žigi d.o.o.', country: 'SI' },
      publicKey,
      issuer: by ?? { certificate: 'self', privateKey },
      serial: Uint8Array.of(serial),
      notBefore,
      notAfter,
    });
    return { privateKey, certificate };
  };
  const root = issue('root-ca', `Test root ${kind}`, null);
  const issuing = issue('issuing-ca', `Test issuing ${kind}`, root);
  const seal = issue('seal', 'Žig poslovalnice Škofja Loka', issuing);
  const device = issue('device', 'Kiosk 1', issuing);
  const escrow = issue('escrow', 'Notarka Ančka Žnidaršič', null, 'rsa');
  const backup = issue('escrow', 'Backup', null, 'rsa');
  return {
    root,
    issuing,
    seal,
    device,
    escrow,
    backup,
    signer: localSigner(seal.privateKey, [seal.certificate, issuing.certificate]),
    deviceSigner: localSigner(device.privateKey, [device.certificate, issuing.certificate]),
  };
}

export function newKeys(kind: KeyKind): { privateKey: KeyObject; publicKey: KeyObject } {
  return kind === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 3072 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** A folder of its own; `end` removes it. */
export function scratch(): { file(name: string, bytes?: Uint8Array | string): string; dir: string; end(): void } {
  const dir = mkdtempSync(path.join(tmpdir(), 'countersign-seal-'));
  return {
    dir,
    file: (name, bytes) => {
      const full = path.join(dir, name);
      if (bytes !== undefined) writeFileSync(full, bytes);
      return full;
    },
    end: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Root first, then the issuing authority: OpenSSL 3.0 builds chains from one CAfile. */
export function trustPem(pki: TestPki): string {
  return certificatePem(pki.root.certificate, pki.issuing.certificate);
}

/**
 * An NSS database that trusts the root, for pdfsig. The other certificates are put in without trust: poppler 22.12 keeps
 * pointers into the CMS of a signature it has already freed, and so fails (SEC_ERROR_REUSED_ISSUER_AND_SERIAL) on the
 * second signature by the same certificate, unless the database holds that certificate.
 */
export function trustDatabase(dir: string, pki: TestPki): string {
  const db = path.join(dir, 'nss');
  mkdirSync(db, { recursive: true });
  execFileSync('certutil', ['-N', '-d', `sql:${db}`, '--empty-password']);
  for (const [name, trust] of [
    ['root', 'CT,CT,CT'],
    ['issuing', ',,'],
    ['seal', ',,'],
  ] as const) {
    const pem = path.join(dir, `${name}.pem`);
    writeFileSync(pem, certificatePem(pki[name].certificate));
    execFileSync('certutil', ['-A', '-d', `sql:${db}`, '-n', name, '-t', trust, '-i', pem]);
  }
  return `sql:${db}`;
}

/** Repeatable bytes: not random at all, for tests that compare whole messages. */
export function countingBytes(): (count: number) => Uint8Array {
  let next = 1;
  return (count) => Uint8Array.from({ length: count }, () => (next++ * 73) & 0xff);
}

export interface SampleField {
  readonly name: string;
  readonly page?: number;
  /** x, y, width, height. */
  readonly box: readonly [number, number, number, number];
  /** Names this field's signature locks. */
  readonly lock?: readonly string[];
  /** More entries of the field as a PDF dictionary: '<</SV <<...>>>>'. */
  readonly entries?: string;
}

export interface SamplePdf {
  readonly pages?: number;
  readonly rotate?: 0 | 90 | 180 | 270;
  readonly fields: readonly SampleField[];
  readonly texts?: readonly SampleField[];
  readonly objectStreams?: boolean;
  /** Random bytes in a stream, to reach a size. */
  readonly ballast?: number;
}

/** A PDF with empty signature fields, written by pdf-lib: not by the code under test. */
export async function samplePdf(sample: SamplePdf): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.setCreationDate(new Date('2026-01-01T00:00:00Z'));
  document.setModificationDate(new Date('2026-01-01T00:00:00Z'));
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (let i = 0; i < (sample.pages ?? 1); i += 1) {
    const page = document.addPage([595, 842]);
    page.setRotation(degrees(sample.rotate ?? 0));
    page.drawText(`Agreement, page ${String(i + 1)}`, { x: 60, y: 760, size: 18, font });
    page.drawText('Read from left to right along this line.', { x: 60, y: 720, size: 11, font });
  }
  const { context } = document;
  const form = document.getForm();
  for (const { name, page = 0, box, lock, entries } of sample.fields) {
    const [x, y, width, height] = box;
    const target = document.getPage(page);
    if (width > 0) target.drawRectangle({ x, y, width, height, borderColor: rgb(0.7, 0.7, 0.7), borderWidth: 0.5 });
    const widget = context.obj({
      Type: 'Annot',
      Subtype: 'Widget',
      FT: 'Sig',
      Rect: [x, y, x + width, y + height],
      F: 4,
      P: target.ref,
    });
    widget.set(PDFName.of('T'), PDFString.of(name));
    if (lock !== undefined) {
      const fields = context.obj(lock.map((locked): PDFObject => PDFString.of(locked)));
      widget.set(PDFName.of('Lock'), context.obj({ Type: 'SigFieldLock', Action: 'Include', Fields: fields }));
    }
    if (entries !== undefined) {
      const more = PDFObjectParser.forBytes(Buffer.from(entries, 'latin1'), context).parseObject();
      if (!(more instanceof PDFDict)) throw new Error('entries are no dictionary');
      for (const [key, value] of more.entries()) widget.set(key, value);
    }
    const ref = context.register(widget);
    target.node.addAnnot(ref);
    form.acroForm.addField(ref);
  }
  for (const { name, page = 0, box } of sample.texts ?? []) {
    const [x, y, width, height] = box;
    form.createTextField(name).addToPage(document.getPage(page), { x, y, width, height, borderWidth: 0 });
  }
  if (sample.ballast !== undefined) {
    const noise = Buffer.alloc(sample.ballast);
    let state = 0x9e3779b9;
    for (let i = 0; i + 4 <= noise.length; i += 4) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      noise.writeUInt32LE(state, i);
    }
    document.getPage(0).node.set(PDFName.of('PieceInfo'), context.register(context.stream(noise)));
  }
  return document.save({
    useObjectStreams: sample.objectStreams ?? false,
    addDefaultPage: false,
    updateFieldAppearances: true,
  });
}

/** Two strokes and a dot. */
export const PICTURE: SignaturePicture = {
  width: 1000,
  height: 420,
  paths: [
    {
      lineWidth: 7,
      points: Array.from(
        { length: 120 },
        (_, i) => [40 + i * 7, 210 + Math.round(150 * Math.sin(i / 7) * (1 - i / 160))] as const,
      ),
    },
    {
      lineWidth: 5,
      points: [
        [60, 380],
        [900, 330],
      ],
    },
    { lineWidth: 7, points: [[930, 60]] },
  ],
};

export function sampleCapture(samples = 400): CaptureRecord {
  const range = Array.from({ length: samples }, (_, i) => i);
  return {
    type: 'countersign.capture',
    version: 1,
    device: {
      kind: 'pad',
      simulated: true,
      maker: 'Test',
      model: 'Sim',
      serial: 'S1',
      firmware: '1.0',
      driver: 'simulated 0.1.0',
    },
    surface: {
      maxX: 9600,
      maxY: 6000,
      maxPressure: 1023,
      unitsPerInch: { x: 2540, y: 2540 },
      area: { x: 0, y: 0, width: 9600, height: 6000 },
    },
    clock: { startedAt: '2026-11-23T08:00:00.000Z', source: 'host-arrival', unit: 'us' },
    columns: {
      x: range.map((i) => 100 + i * 7),
      y: range.map((i) => 3000 + Math.round(1500 * Math.sin(i / 9))),
      tip: range.map(() => 1 as const),
      time: range.map((i) => i * 5000),
      pressure: range.map((i) => 300 + (i % 200)),
    },
    losses: { lostReports: 0, malformedReports: 0, unknownReports: 0 },
    cleared: 0,
  };
}

/** Input for one field of a sample; `shown` is the whole revision unless told. */
export function sealInput(
  pki: TestPki,
  revision: Uint8Array,
  field: SampleField,
  changes: Partial<SealFieldInput> = {},
): SealFieldInput {
  const capture = changes.capture === undefined ? sampleCapture() : changes.capture;
  const [x, y, width, height] = field.box;
  const zeros = '0'.repeat(64) as Sha256;
  return {
    revision,
    shown: { digest: sha256(revision), length: revision.length },
    fieldName: field.name,
    picture: PICTURE,
    dates: [],
    binding: {
      tenant: 'tenant-1',
      branch: 'branch-1',
      kiosk: 'kiosk-1',
      transaction: 'transaction-1',
      document: 'document-1',
      ceremony: 'ceremony-1',
      signatory: 'signatory-1',
      role: 'customer',
      field: { name: field.name, page: field.page ?? 0, box: { x, y, width, height } },
      consent: { notice: zeros, noticeVersion: '1', answer: capture === null ? 'picture-only' : 'biometric' },
      identity: zeros,
      device: { kind: 'pad', simulated: true, model: 'Sim', serial: 'S1', firmware: '1.0' },
      completeness: null,
      clock: { wall: '2026-11-23T08:00:00.000Z', monotonicMicros: 1, lastTrusted: null },
      auditHead: zeros,
    },
    capture,
    escrow: [pki.escrow.certificate, pki.backup.certificate],
    signer: pki.signer,
    signedAt: new Date('2026-11-23T08:09:10Z'),
    signerName: 'Žig poslovalnice Škofja Loka',
    ...changes,
  };
}
