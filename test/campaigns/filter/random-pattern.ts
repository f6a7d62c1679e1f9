/** Random regular expressions of what is supported, with text that they may match. */
const ATOMS = [
  'a',
  'b',
  'c',
  '.',
  '\\d',
  '\\w',
  '\\s',
  '\\W',
  '\\S',
  '[ab]',
  '[^a]',
  '[a-c\\d]',
  '[\\w-.]',
  '\\.',
  '\\u0061',
  '\\x62',
  'ä',
  '[^]',
  '\\t',
]
const ANCHORS = ['^', '$', '\\b', '\\B']
const QUANTIFIERS = ['*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,3}?', '{2,}']
const LETTERS = ['a', 'b', 'c', 'A', '1', '2', ' ', '.', '-', '\n', '\u00a0', 'ä', 'x', '\r', '\u2028']

export interface RandomPattern {
  readonly source: string
  readonly flags: string
  readonly text: string
}

/** `next(n)` gives a whole number below n. */
export function randomPattern(next: (limit: number) => number): RandomPattern {
  const one = <T>(list: readonly T[]): T => list[next(list.length)]!
  const term = (depth: number): string => {
    if (next(8) === 0) return one(ANCHORS)
    const kind = next(6)
    if (depth === 0 || kind > 1) return one(ATOMS) + (next(3) === 0 ? one(QUANTIFIERS) : '')
    // What repeats is no group that captures or may be empty: there the engines differ, which is documented.
    return kind === 0 ? `(${alternatives(depth - 1)})` : `(?:${one(ATOMS)}${one(ATOMS)})${one(QUANTIFIERS)}`
  }
  const alternatives = (depth: number): string =>
    Array.from({ length: 1 + (next(4) === 0 ? 1 : 0) }, () =>
      Array.from({ length: 1 + next(3) }, () => term(depth)).join(''),
    ).join('|')
  const text = Array.from({ length: next(9) }, () => one(LETTERS)).join('')
  const flags = ['g', 'i', 's'].filter(() => next(3) === 0).join('')
  return { source: alternatives(2), flags, text }
}
