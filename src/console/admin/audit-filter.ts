/** Of the log, what is shown; an empty one leaves nothing out. */
export interface AuditFilter {
  readonly subject: string
  readonly actor: string
}
