/** For what is shown: names come from the file, and nothing in them may steer a terminal or turn a line round. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
