/** `at`, `before` and `after` are read as the texts that were hashed. */
export interface AuditRow {
  readonly id: number
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly before: string | null
  readonly after: string | null
  readonly prev_hash: string
  readonly hash: string
}
