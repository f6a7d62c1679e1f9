const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** "3 days 4 h", "4 h 12 min", "12 min 05 s", "5 s" */
export function spanText(ms: number): string {
  const left = Math.ceil(ms / 1_000)
  const [days, hours] = [Math.floor(left / DAY), Math.floor((left % DAY) / HOUR)]
  const [minutes, seconds] = [Math.floor((left % HOUR) / MINUTE), left % MINUTE]
  if (days > 0) return `${days} ${days === 1 ? 'day' : 'days'} ${hours} h`
  if (hours > 0) return `${hours} h ${twoDigits(minutes)} min`
  return minutes > 0 ? `${minutes} min ${twoDigits(seconds)} s` : `${seconds} s`
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')
