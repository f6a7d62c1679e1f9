/** What one connection keeps plans of. Statements that are put together anew again and again would be without end. */
const STATEMENTS_MAX = 300

/**
 * Names for statements that come again: a connection parses such a one once, and the database plans it once where the
 * plan does not depend on the values. Planning is a good part of what a small batch or a small read takes.
 */
export class PreparedNames {
  private readonly names = new Map<string, string | null>()
  private given = 0

  /** Undefined for the first time that a statement comes, and for all that come when there are too many. */
  of(statement: string): string | undefined {
    const name = this.names.get(statement)
    if (typeof name === 'string') return name
    if (name === undefined) {
      if (this.names.size < STATEMENTS_MAX) this.names.set(statement, null)
      return undefined
    }
    const given = `tidemark_${++this.given}`
    this.names.set(statement, given)
    return given
  }
}
