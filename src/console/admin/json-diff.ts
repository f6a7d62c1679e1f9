/** One value that differs, under its path in dots; null: it was not there. */
export interface Difference {
  readonly key: string
  readonly before: string | null
  readonly after: string | null
}

/** What differs between two JSON values, key by key. Lists are compared as a whole, and null is as good as absent. */
export function differences(before: unknown, after: unknown): Difference[] {
  const [was, is] = [flat(before), flat(after)]
  return [...new Set([...was.keys(), ...is.keys()])]
    .map(key => ({ key, before: was.get(key) ?? null, after: is.get(key) ?? null }))
    .filter(({ before, after }) => before !== after)
}

function flat(value: unknown, path: readonly string[] = [], into = new Map<string, string>()): Map<string, string> {
  if (value === null || value === undefined) return into
  if (typeof value === 'object' && !Array.isArray(value)) {
    for (const [key, part] of Object.entries(value)) flat(part, [...path, key], into)
  } else {
    into.set(path.join('.'), typeof value === 'string' ? value : JSON.stringify(value))
  }
  return into
}
