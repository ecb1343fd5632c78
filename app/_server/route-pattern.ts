/** Where a request went, without the names in it: as many answers as there are routes. */
export function routePattern(
  pathname: string,
  params: Readonly<Record<string, string | readonly string[] | undefined>>,
): string {
  const names = new Map(
    Object.entries(params).flatMap(([name, value]) =>
      (typeof value === 'string' ? [value] : (value ?? [])).map((one) => [one, name] as const),
    ),
  );
  const segments = pathname.split('/').map((segment) => {
    const name = names.get(segment) ?? names.get(decoded(segment));
    return name === undefined ? segment : `[${name}]`;
  });
  return segments.join('/');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
