import { NAME_LENGTH_MAX } from '../events/event-limits.js'
import { badInput } from '../kernel/errors.js'

export const NAMES_MAX = 5_000

/** A list of names to choose by, each once; null where none is given. An empty one chooses nothing. */
export function checkNames(field: string, names: readonly string[] | null | undefined): readonly string[] | null {
  if (names == null) return null
  if (names.length > NAMES_MAX) throw badInput(field, `may name at most ${NAMES_MAX}`, names.length)
  for (const [i, name] of names.entries()) checkName(`${field}[${i}]`, name)
  return [...new Set(names)]
}

export function checkName(field: string, name: string): string {
  if (name === '' || name.length > NAME_LENGTH_MAX || name.includes('\0') || !name.isWellFormed()) {
    throw badInput(field, `must have 1 to ${NAME_LENGTH_MAX} characters, without NUL`, name)
  }
  return name
}
