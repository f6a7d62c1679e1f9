import type { ComponentChildren } from 'preact'

interface FactProps {
  readonly name: string
  readonly class?: string
  readonly children: ComponentChildren
}

/** One of a list of facts (dl.facts). */
export function Fact({ name, class: className, children }: FactProps) {
  return (
    <div class={className}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
