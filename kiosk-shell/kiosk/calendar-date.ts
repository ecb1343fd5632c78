/** As Slovene documents write it: 23. 11. 2026. */
export function calendarDate(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sl-SI', { timeZone, day: 'numeric', month: 'numeric', year: 'numeric' }).format(at);
}

/** As below a signature, with what the branch's clock is ahead of UTC: 23. 11. 2026, 09:09:10 GMT+1. */
export function calendarTime(at: number, timeZone: string): string {
  // Not in Slovene, whose form of the offset has a blank in it that differs between versions.
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'shortOffset',
  }).format(at);
  return `${calendarDate(at, timeZone)}, ${clock}`;
}
