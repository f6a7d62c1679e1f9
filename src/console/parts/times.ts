/** Times are shown in the zone of whoever looks; the exact one is in the title. */
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const minutes = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

const isToday = (at: Date): boolean => at.toDateString() === new Date().toDateString()

export function timeText(instant: string, withSeconds = false): string {
  const at = new Date(instant)
  const time = (withSeconds ? clock : minutes).format(at)
  return isToday(at) ? time : `${day.format(at)}, ${time}`
}

export const windowText = (start: string, end: string): string =>
  `${timeText(start)} - ${minutes.format(new Date(end))}`

/** What an input of type datetime-local holds, and back. */
export function localInput(instant: string | null): string {
  if (instant === null) return ''
  const at = new Date(instant)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

export const instantOfInput = (value: string): string | null => (value === '' ? null : new Date(value).toISOString())
