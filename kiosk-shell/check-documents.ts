import type { IntegrationPorts } from '../sync/cloud/integration/integration-ports.ts';
import { beyondLimits, readiness, type Arrived, type IntakeFile } from './kiosk/intake-readiness.ts';
import { inspectFile, prepareFiles, type ExaminePorts } from './work/examine-files.ts';

/** Of a thread's processor time, as at the counter. */
const INTAKE_TIMEOUT_MS = 10_000;

/** Whether a counter would take these in where nobody is there to place fields: the steps of its intake, without its vault. */
export function documentCheck(work: ExaminePorts['work']): IntegrationPorts['checkDocuments'] {
  const ports: ExaminePorts = { work, timeoutMs: INTAKE_TIMEOUT_MS, chain: null };
  return async (files) => {
    const refused = (file: IntakeFile, { code, detail }: { readonly code: string; readonly detail: string }) => ({
      document: files.indexOf(file),
      code,
      detail,
    });
    const beyond = beyondLimits(files);
    if (beyond !== null) {
      const { code, detail } = beyond.refusal;
      return { document: files.findIndex(({ name }) => name === beyond.file), code, detail };
    }
    const arrived: Arrived[] = [];
    for (const file of files) {
      const facts = await inspectFile(ports, file);
      if (!facts.ok) return refused(file, facts.error);
      arrived.push({ ...file, facts: facts.value });
    }
    const place = (file: IntakeFile): IntakeFile => files[arrived.indexOf(file as Arrived)] ?? file;
    const asked = readiness(arrived);
    if (typeof asked === 'object') return refused(place(asked.file), asked.refusal);
    const [first] = files;
    if (asked === 'to-place' && first !== undefined) {
      const detail = 'no usable tag and no signature field whose role can be told';
      return refused(first, { code: 'no-tags', detail });
    }
    const prepared = await prepareFiles(ports, arrived);
    return prepared.ok ? null : refused(place(prepared.error.file), prepared.error.refusal);
  };
}
