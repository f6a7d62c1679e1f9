import { moneyText, signOf } from './numbers'

/** An amount of money; `signed` ones are coloured as profit or loss, and say so without the colour too. */
export function Amount({ value, signed = false }: { readonly value: string; readonly signed?: boolean }) {
  if (!signed) {
    return (
      <span class="number" title={value}>
        {moneyText(value)}
      </span>
    )
  }
  const sign = signOf(value)
  return (
    <span title={value} class={`number ${sign < 0 ? 'loss' : sign > 0 ? 'profit' : ''}`}>
      <span aria-hidden="true">{sign < 0 ? '▼ ' : sign > 0 ? '▲ ' : ''}</span>
      {moneyText(value)}
    </span>
  )
}
