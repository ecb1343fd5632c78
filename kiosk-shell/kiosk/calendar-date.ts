/** As Slovene documents write it: 23. 11. 2026. */
export function calendarDate(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sl-SI', { timeZone, day: 'numeric', month: 'numeric', year: 'numeric' }).format(at);
}
