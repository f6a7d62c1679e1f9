import type { ComponentChildren } from 'preact'
import type { Problem } from '../api/problem'

export function Loading({ what = 'Loading' }: { readonly what?: string }) {
  return (
    <p class="state muted" role="status">
      {what} ...
    </p>
  )
}

interface FailedProps {
  readonly what: string
  readonly problem?: Problem | null
  readonly retry?: () => void
}

/** What went wrong, and what to do about it. */
export function Failed({ what, problem, retry }: FailedProps) {
  return (
    <div class="state" role="alert">
      <p class="problem">
        {what} {problem?.message}
      </p>
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}

/** Nothing is there: says so, and what would change that. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="state">
      <p>
        <strong>{title}</strong>
      </p>
      {children && <div class="muted">{children}</div>}
    </div>
  )
}

/** Of a form or an action that was refused. */
export function Refusal({ problem }: { readonly problem: Problem | null }) {
  return (
    <div aria-live="assertive">
      {problem !== null && (
        <p class="problem" data-code={problem.code}>
          {problem.message}
        </p>
      )}
    </div>
  )
}
