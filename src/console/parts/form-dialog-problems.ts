import type { Problem } from '../api/problem'

export interface FieldProblems<Field extends string> {
  /** What is wrong with this field. */
  readonly at: (field: Field) => string | null
  /** What is said of none of the fields, and so of the whole form. */
  readonly rest: Problem | null
}

/** Puts what the server refused where it belongs. */
export function fieldProblems<Field extends string>(
  problem: Problem | null,
  fields: readonly Field[],
): FieldProblems<Field> {
  const found = fields.find(field => field === problem?.details.field)
  return {
    at: field => (problem !== null && field === found ? problem.message : null),
    rest: found === undefined ? problem : null,
  }
}
