import { timeText } from './times'

/** Amounts by bucket of time, exact: only where they are painted they become numbers. */
export interface ChartSeries {
  readonly name: string
  readonly shape: 'bars' | 'line'
  /** Signed: profit or loss, by the sign of each. */
  readonly tone: 'signed' | 'accent' | 'second'
  readonly values: readonly string[]
}

export interface ChartTimes {
  /** Of each bucket, as instants, without a hole. */
  readonly starts: readonly string[]
  readonly stepMs: number
}

export const DAY_MS = 86_400_000
const DAY_OF_UTC = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const SHORT_DAY = { day: 'numeric', month: 'short' } as const

/** Days are those of UTC, as they are counted; shorter ones are told in the zone of whoever looks. */
export function bucketText(start: string, stepMs: number): string {
  if (stepMs >= DAY_MS) return DAY_OF_UTC.format(new Date(start))
  return `${timeText(start)} - ${CLOCK.format(new Date(Date.parse(start) + stepMs))}`
}

/** Of an axis: the clock, and the day where it begins or where days are what is shown. */
export function tickTexts(seconds: readonly number[], everySeconds: number, inUtc: boolean): string[] {
  const day = new Intl.DateTimeFormat('en-GB', inUtc ? { ...SHORT_DAY, timeZone: 'UTC' } : SHORT_DAY)
  return seconds.map(second => {
    const at = new Date(second * 1_000)
    const isMidnight = at.getHours() === 0 && at.getMinutes() === 0
    return everySeconds * 1_000 >= DAY_MS || isMidnight ? day.format(at) : CLOCK.format(at)
  })
}
