/** ISO 32000-1 7.9.4: D:YYYYMMDDHHmmSSOHH'mm'. Null when it is not a full date with a zone. */
export function parsePdfDate(text: string): Date | null {
  const match = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:(Z)(?:00'?00'?)?|([+-])(\d\d)'?(\d\d)?'?)$/.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, zulu, sign, zoneHour, zoneMinute] = match;
  const zone = zulu === undefined ? `${sign ?? '+'}${zoneHour ?? '00'}:${zoneMinute ?? '00'}` : 'Z';
  const date = new Date(
    `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}${zone}`,
  );
  return Number.isNaN(date.getTime()) ? null : date;
}
