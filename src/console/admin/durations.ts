/** Durations as people enter them, and as the API takes them (ISO 8601). */
export type DurationUnit = 'minutes' | 'hours'

export interface DurationEntry {
  /** As it was typed. */
  readonly count: string
  readonly unit: DurationUnit
}

const ISO = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/
const ISO_IN_TEXT = /("?)\b(P[\dDTHMS]+)\b\1/g
const HOUR = 3_600
const MINUTE = 60

function secondsOf(iso: string): number | null {
  const part = ISO.exec(iso)
  if (part === null || iso === 'P' || iso.endsWith('T')) return null
  const [days, hours, minutes, seconds] = part.slice(1).map(digits => Number(digits ?? 0))
  return days! * 24 * HOUR + hours! * HOUR + minutes! * MINUTE + seconds!
}

/** Null for what is not whole minutes. */
export function entryOf(iso: string): DurationEntry | null {
  const seconds = secondsOf(iso)
  if (seconds === null || seconds % MINUTE !== 0) return null
  if (seconds > 0 && seconds % HOUR === 0) return { count: String(seconds / HOUR), unit: 'hours' }
  return { count: String(seconds / MINUTE), unit: 'minutes' }
}

/** Null for what is no whole number. */
export function isoOf({ count, unit }: DurationEntry): string | null {
  if (!/^\d{1,6}$/.test(count)) return null
  return `PT${Number(count)}${unit === 'hours' ? 'H' : 'M'}`
}

/** "PT1H" -> "1 hour", "PT90M" -> "90 minutes". What can't be said so stays as it is. */
export function durationText(iso: string): string {
  const entry = entryOf(iso)
  if (entry === null) return iso
  return `${entry.count} ${entry.count === '1' ? entry.unit.slice(0, -1) : entry.unit}`
}

/** A message of the server, with its durations as people say them. */
export const withDurationsInWords = (message: string): string =>
  message.replace(ISO_IN_TEXT, (found, _quote, iso: string) => (entryOf(iso) === null ? found : durationText(iso)))
