/** What the server refused, or that it could not be reached: in words that can be shown. */
export class Problem extends Error {
  constructor(
    /** As in the API's errors; OFFLINE where there was no answer. */
    readonly code: string,
    message: string,
    /** The error's extensions: field, line, column, ... */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}

export interface GraphqlError {
  readonly message: string
  readonly extensions?: Readonly<Record<string, unknown>>
}

export function problemOf(errors: readonly GraphqlError[]): Problem {
  const [first] = errors
  const code = first?.extensions?.code
  return new Problem(typeof code === 'string' ? code : 'UNKNOWN', first?.message ?? 'no reason was given', {
    ...first?.extensions,
  })
}

export const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem('OFFLINE', 'The server cannot be reached. Trying again ...')
