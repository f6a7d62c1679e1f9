/** ERROR: the line is refused. */
export type RemarkLevel = 'ERROR' | 'WARNING' | 'INFO'

export interface Remark {
  readonly level: RemarkLevel
  readonly message: string
}

export const error = (message: string): Remark => ({ level: 'ERROR', message })
export const warning = (message: string): Remark => ({ level: 'WARNING', message })
export const info = (message: string): Remark => ({ level: 'INFO', message })
