/** What the server refused, or that it could not be reached: in words that can be shown. */
export class Problem extends Error {
  constructor(
    /** As in the API's errors; OFFLINE where there was no answer, DEFECT where the console itself is at fault. */
    readonly code: string,
    message: string,
    /** The error's extensions: field, line, column, ... */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }

  /** It will be over in a moment, and asking again will help: a server that stops or is restarted, a queue that ran over. */
  get passing(): boolean {
    return PASSING.has(this.code)
  }
}

const PASSING: ReadonlySet<string> = new Set(['OFFLINE', 'UNAVAILABLE', 'SLOW_CONSUMER', 'TIMEOUT'])

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
  error instanceof Problem ? error : new Problem('DEFECT', `This is a defect of the console: ${error}`)
