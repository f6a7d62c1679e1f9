import type { Problem } from '../api/problem'

export interface FieldProblems<Field extends string> {
  /** What is wrong with this field. */
  readonly at: (field: Field) => string | null
  /** What is said of none of the fields, and so of the whole form. */
  readonly rest: Problem | null
}

/** A value of the wrong form is refused before it is looked at: the field is named in the text alone. */
const MALFORMED = /^Variable .* at "(?:\w+\.)*(\w+)"; /s

function fieldOf(problem: Problem): string | undefined {
  const { field } = problem.details
  return typeof field === 'string' ? field : MALFORMED.exec(problem.message)?.[1]
}

/** Puts what the server refused where it belongs. */
export function fieldProblems<Field extends string>(
  problem: Problem | null,
  fields: readonly Field[],
): FieldProblems<Field> {
  const found = problem === null ? undefined : fields.find(field => field === fieldOf(problem))
  return {
    at: field => (problem !== null && field === found ? problem.message.replace(MALFORMED, '') : null),
    rest: found === undefined ? problem : null,
  }
}
