import type { ComponentChildren } from 'preact'

interface LiveRowsProps {
  readonly live: { readonly read: (isRead: boolean) => void }
  readonly children: ComponentChildren
}

/** Holds a live list still while somebody points at one of its rows, or is in one with the keyboard. */
export function LiveRows({ live, children }: LiveRowsProps) {
  const read = (event: Event) => live.read((event.target as Element).closest('tbody') !== null)
  const rest = () => live.read(false)
  return (
    <div onPointerOver={read} onPointerLeave={rest} onFocusIn={read} onFocusOut={rest}>
      {children}
    </div>
  )
}
