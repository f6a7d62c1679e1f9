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

/** The end's date too, where it is another one. */
export function windowText(start: string, end: string): string {
  const from = new Date(start)
  const to = new Date(end)
  const isSameDay = from.toDateString() === to.toDateString()
  return `${timeText(start)} - ${isSameDay ? minutes.format(to) : timeText(end)}`
}

const two = (value: number): string => String(value).padStart(2, '0')

/** What an input of type datetime-local holds. */
export function localInput(instant: string | null): string {
  if (instant === null) return ''
  const at = new Date(instant)
  const date = `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}`
}

/** Null where it is no time, or none that has four digits of a year. */
export function instantOfInput(text: string): string | null {
  const at = new Date(text)
  return text === '' || Number.isNaN(at.getTime()) || at.getFullYear() > 9_999 ? null : at.toISOString()
}

/** Inputs show minutes: what nobody has touched keeps its seconds. */
export const instantTyped = (text: string, before: string | null | undefined): string | null =>
  before && text === localInput(before) ? before : instantOfInput(text)
