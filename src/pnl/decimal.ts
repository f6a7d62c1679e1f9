/** Exact sums of other scales than money's: a bigint of so many decimal places, as text. */
export function decimalText(value: bigint, places: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0')
  const sign = value < 0n ? '-' : ''
  const decimals = digits.slice(-places).replace(/0+$/, '')
  return `${sign}${digits.slice(0, -places)}${decimals === '' ? '' : `.${decimals}`}`
}

/** Throws a RangeError where the text has more places. */
export function scaledOf(text: string, places: number): bigint {
  const [whole, decimals = ''] = text.replace('-', '').split('.')
  const kept = decimals.replace(/0+$/, '')
  if (kept.length > places) throw new RangeError(`${text} has more than ${places} decimal places`)
  const value = BigInt(whole + kept.padEnd(places, '0'))
  return text.startsWith('-') ? -value : value
}
