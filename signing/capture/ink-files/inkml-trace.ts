type Prefix = '!' | "'" | '"';

interface ChannelState {
  prefix: Prefix;
  value: number;
  velocity: number;
}

const TOKEN = /\s*(?:([!'"])?\s*([+-]?(?:\d+\.?\d*|\.\d+)|#[0-9a-fA-F]+|[TF*?]))/y;

/**
 * One InkML trace as rows of channel values (grammar of formats 2.2): explicit values, first (`'`) and second (`"`)
 * differences whose prefix stays in force, `*` for the last value, booleans, hexadecimal integers.
 * @returns null when the text does not follow the grammar. Points may leave out channels at their end.
 */
export function decodeTrace(text: string, channels: number): readonly (readonly number[])[] | null {
  const states = Array.from({ length: channels }, (): ChannelState => ({ prefix: '!', value: 0, velocity: 0 }));
  const points: number[][] = [];
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const point: number[] = [];
    const end = part.trimEnd().length;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < end) {
      const match = TOKEN.exec(part);
      const state = states[point.length];
      if (match === null || state === undefined) return null;
      point.push(take(state, match[1] as Prefix | undefined, match[2] ?? ''));
    }
    points.push(point);
  }
  return points;
}

function take(state: ChannelState, prefix: Prefix | undefined, token: string): number {
  if (token === '*' || token === '?') return state.value;
  if (prefix !== undefined) state.prefix = prefix;
  const value =
    token === 'T' ? 1 : token === 'F' ? 0 : token.startsWith('#') ? parseInt(token.slice(1), 16) : Number(token);
  switch (state.prefix) {
    case '!':
      state.velocity = value - state.value;
      state.value = value;
      return value;
    case "'":
      state.velocity = value;
      state.value += value;
      return state.value;
    case '"':
      state.velocity += value;
      state.value += state.velocity;
      return state.value;
  }
}
