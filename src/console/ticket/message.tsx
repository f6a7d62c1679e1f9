import type { ComponentChildren } from 'preact'

interface MessageProps {
  readonly title: string
  readonly children: ComponentChildren
}

/** Instead of tickets. */
export function Message({ title, children }: MessageProps) {
  return (
    <section class="ticket-card ticket-message">
      <h1>{title}</h1>
      {children}
    </section>
  )
}
