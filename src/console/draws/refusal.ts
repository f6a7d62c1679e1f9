import type { Problem } from '../api/problem'

/** The field that the server refused, e.g. "prizes[1].name"; null where it is about the whole. */
export function refusedField(problem: Problem | null): string | null {
  if (problem === null) return null
  const { field } = problem.details
  if (typeof field === 'string') return field
  // A value that does not even fit its type.
  return /at "input\.([^"]+)"/.exec(problem.message)?.[1] ?? null
}

/** What is to be said at this field, without the field's name, which stands above it. */
export function refusalAt(problem: Problem | null, field: string): string | null {
  if (problem === null || refusedField(problem) !== field) return null
  const text = problem.message.replace(/^Variable .*?; /, '')
  const without = text.startsWith(`${field} `) ? text.slice(field.length + 1) : text
  return without.charAt(0).toUpperCase() + without.slice(1)
}
