import { penSubjects } from './pen-subjects.ts';
import type { PadSubject } from './subject.ts';
import { stuSubject } from './stu-subject.ts';

/** Every driver under the contract, on every device it is tried on. One line a column of the table. */
export const padSubjects: readonly PadSubject[] = [
  stuSubject('stu-300'),
  stuSubject('stu-430'),
  stuSubject('stu-430v'),
  stuSubject('stu-500'),
  stuSubject('stu-520'),
  stuSubject('stu-530'),
  stuSubject('stu-530', 'hid and bulk'),
  stuSubject('stu-530v'),
  stuSubject('stu-540'),
  ...penSubjects,
];
