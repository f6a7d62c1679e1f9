/** A time as people say it. */
export interface Cooldown {
  /** As it was typed; empty: none. */
  readonly amount: string
  readonly unit: CooldownUnit
}

export type CooldownUnit = 'seconds' | 'minutes' | 'hours' | 'days'

const SECONDS = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const
const LARGEST_FIRST = ['days', 'hours', 'minutes', 'seconds'] as const
const ISO = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/** P1DT12H is 36 hours: in the largest unit that says it exactly. */
export function cooldownOf(duration: string | null): Cooldown {
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = ISO.exec(duration ?? '') ?? []
  const total = Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)
  if (total === 0) return { amount: '', unit: 'hours' }
  const unit = LARGEST_FIRST.find(one => total % SECONDS[one] === 0)!
  return { amount: String(total / SECONDS[unit]), unit }
}

/** Undefined where the amount is no whole number. */
export function durationOf({ amount, unit }: Cooldown): string | null | undefined {
  const text = amount.trim()
  if (text === '' || /^0+$/.test(text)) return null
  if (!/^\d{1,9}$/.test(text)) return undefined
  const number = Number(text)
  return unit === 'days' ? `P${number}D` : `PT${number}${unit[0]!.toUpperCase()}`
}

export function cooldownText(duration: string | null): string {
  const { amount, unit } = cooldownOf(duration)
  if (amount === '') return 'none'
  return `${amount} ${amount === '1' ? unit.slice(0, -1) : unit}`
}
