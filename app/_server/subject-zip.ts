import type { SubjectExport } from '../../kiosk-shell/cloud-api.ts';
import { utf8 } from '../../signing/bytes.ts';
import { writeZip, type ZipEntry } from '../../signing/container/zip-writer.ts';
import { formatDateTime } from '../_i18n/format.ts';
import { LANGUAGES, type Language } from '../_i18n/languages.ts';
import { messagesIn } from '../_i18n/messages.ts';

/**
 * One ZIP: `<lang>/` with what is read, `documents/`, `package/`, `receipts/`, and `records/` for machines. Everything a person
 * needs is in words; the rest is there so that none of it has to be believed.
 */
export function subjectZip(file: SubjectExport): Uint8Array {
  const { documents, receipts, reports, happened, access } = file;
  const jsonFile = (name: string, value: unknown): ZipEntry => ({
    name: `records/${name}.json`,
    bytes: utf8(`${JSON.stringify(value, null, 2)}\n`),
  });
  return writeZip([
    ...LANGUAGES.flatMap((language) => wordsIn(language, file)),
    ...reports.map(({ name, bytes }) => ({ name: `report/${name}`, bytes })),
    // The number keeps two documents of one name apart.
    ...documents.map(({ name, bytes }, at) => ({ name: `documents/${at + 1} ${name}`, bytes })),
    { name: `package/${file.summary.digest}.asice`, bytes: file.package },
    ...receipts.map((jws, at) => ({ name: `receipts/${at + 1}.jws`, bytes: utf8(jws) })),
    jsonFile('happened', happened),
    jsonFile('access', access),
  ]);
}

function wordsIn(language: Language, { summary, happened, access }: SubjectExport): readonly ZipEntry[] {
  const t = messagesIn(language);
  const words = t.dataSubject;
  const at = (time: string): string => formatDateTime(language, time);
  const lines = {
    [words.files.readMe]: words.readMe({ name: summary.transactionName, arrived: at(summary.arrivedAt) }),
    [words.files.happened]: happened.map(({ time, eventType, userName, success }) => {
      const what = `${t.manager.events[eventType]}${success ? '' : ` (${t.manager.notDone})`}`;
      return `${at(time)}  ${what}${userName === null ? '' : `, ${userName}`}`;
    }),
    [words.files.access]: access.map(({ time, event, by }) => `${at(time)}  ${words.accessEvents[event]}, ${by}`),
  };
  return Object.entries(lines).map(([name, text]) => ({
    name: `${language}/${name}.txt`,
    bytes: utf8(`\ufeff${text.join('\r\n')}\r\n`),
  }));
}
