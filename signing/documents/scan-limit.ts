/** A document asks for more work than any honest one: its pages are not looked through further. */
export class ScanLimitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ScanLimitError';
  }
}
