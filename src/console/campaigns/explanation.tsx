import type { ExplainTriggerQuery } from './campaigns.generated'
import { GATES } from './gates'

type Found = ExplainTriggerQuery['explainTrigger']

const MARKS = { passed: '✓', stopped: '✕', unasked: '·' } as const
const WORDS = { passed: 'passed: ', stopped: 'stopped here: ', unasked: 'not asked: ' } as const

export function Verdict({ found: { gate, eventId, campaignVersion } }: { readonly found: Found }) {
  return (
    <>
      <strong>{gate === 'MATCHED' ? 'It did trigger.' : 'It did not trigger.'}</strong> Event{' '}
      <span class="mono">{eventId}</span>
      {campaignVersion !== null && `, judged by version ${campaignVersion}`}
    </>
  )
}

/** All gates, as far as the event came. */
export function Gates({ found: { gate, detail } }: { readonly found: Found }) {
  const at = gate === 'MATCHED' ? GATES.length : GATES.findIndex(([name]) => name === gate)
  return (
    <ol class="gates" aria-label="What was asked, in this order">
      {GATES.map(([name, passed, stopped], i) => {
        const state = i < at ? 'passed' : i === at ? 'stopped' : 'unasked'
        return (
          <li key={name} class={state} data-gate={name} aria-current={state === 'stopped' ? 'step' : undefined}>
            <Mark state={state} />
            <div>
              {state === 'stopped' ? <strong>{stopped}</strong> : passed}
              {state === 'stopped' && detail !== null && <p class="gate-detail">{detail}</p>}
            </div>
          </li>
        )
      })}
      <li class={gate === 'MATCHED' ? 'passed' : 'unasked'} data-gate="MATCHED">
        <Mark state={gate === 'MATCHED' ? 'passed' : 'unasked'} />
        <div>
          {gate === 'MATCHED' ? <strong>It triggered</strong> : 'It triggers'}
          {gate === 'MATCHED' && detail !== null && <p class="gate-detail">{detail}</p>}
        </div>
      </li>
    </ol>
  )
}

function Mark({ state }: { readonly state: keyof typeof MARKS }) {
  return (
    <>
      <span class="gate-mark" aria-hidden="true">
        {MARKS[state]}
      </span>
      <span class="unseen">{WORDS[state]}</span>
    </>
  )
}
