import { countText } from '../parts/numbers'

const SHOWN = 5

interface MilestonesProps {
  /** Ascending. */
  readonly milestones: readonly number[]
  readonly tickets: number
}

/** The steps around the one that comes next. */
export function Milestones({ milestones, tickets }: MilestonesProps) {
  const reached = milestones.filter(milestone => milestone <= tickets).length
  const from = Math.max(0, Math.min(reached - 2, milestones.length - SHOWN))
  const next = milestones[reached]
  return (
    <section class="ticket-card" aria-labelledby="ticket-steps">
      <h2 id="ticket-steps">Milestones</h2>
      <ol class="ticket-steps">
        {milestones.slice(from, from + SHOWN).map(milestone => (
          <Step key={milestone} milestone={milestone} state={stateOf(milestone, tickets, next)} />
        ))}
      </ol>
      <p class="muted small">
        {next === undefined
          ? `You have reached all ${countText(milestones.length)}.`
          : `${countText(next - tickets)} more ${next - tickets === 1 ? 'ticket' : 'tickets'} to the next one.`}
      </p>
    </section>
  )
}

type StepState = 'reached' | 'next' | 'ahead'

const stateOf = (milestone: number, tickets: number, next: number | undefined): StepState =>
  milestone <= tickets ? 'reached' : milestone === next ? 'next' : 'ahead'

function Step({ milestone, state }: { readonly milestone: number; readonly state: StepState }) {
  return (
    <li class={`ticket-step ${state}`} aria-current={state === 'next' ? 'step' : undefined}>
      <span class="ticket-dot" aria-hidden="true">
        {state === 'reached' ? '✓' : ''}
      </span>
      <span class="number">{countText(milestone)}</span>
      <span class="unseen">{state === 'ahead' ? 'ahead' : state}</span>
    </li>
  )
}
