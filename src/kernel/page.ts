import { badInput } from './errors.js'

export const PAGE_MAX = 500

/** The size of a page that a client asks for. */
export function checkFirst(first: number): number {
  if (first < 1 || first > PAGE_MAX) throw badInput('first', `must be from 1 to ${PAGE_MAX}`, first)
  return first
}
