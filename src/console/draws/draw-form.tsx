import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import type { Problem } from '../api/problem'
import { useRefusedField } from '../parts/dialog'
import { CheckField, TextField } from '../parts/field'
import { Refusal } from '../parts/states'
import { DateField } from './date-field'
import type { DrawDraft } from './draw-draft'
import { TERM_WORDS } from './draw-terms'
import { PrizeList } from './prize-list'
import { refusalAt, refusedField } from './refusal'

interface DrawFormProps {
  readonly draft: DrawDraft
  readonly onChange: (draft: DrawDraft) => void
  readonly onSubmit: () => void
  /** The id is the draw's for good. */
  readonly isNew: boolean
  /** Comes once nothing lies over the form: its field gets the focus. */
  readonly problem: Problem | null
  /** Below the fields: the buttons. */
  readonly children: ComponentChildren
}

type TextName = { [Name in keyof DrawDraft]: DrawDraft[Name] extends string ? Name : never }[keyof DrawDraft]

const COUNT = { type: 'number', min: 1, step: 1 } as const

export function DrawForm({ draft, onChange, onSubmit, isNew, problem, children }: DrawFormProps) {
  const form = useRef<HTMLFormElement>(null)
  useRefusedField(form, problem)
  const field = (name: TextName) => ({
    label: TERM_WORDS[name],
    value: draft[name],
    onChange: (value: string) => onChange({ ...draft, [name]: value }),
    problem: refusalAt(problem, name),
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form ref={form} class="card draw-form" onSubmit={submit}>
      <div class="fields">
        <TextField {...field('name')} hint="Players read it." input={{ required: true, maxLength: 200 }} />
        <TextField
          {...field('id')}
          hint={isNew ? 'For addresses and the API, e.g. spring-2027. It stays.' : 'It stays as it is.'}
          input={{ required: true, readOnly: !isNew, maxLength: 100, pattern: '[A-Za-z0-9_.:\\-]+' }}
        />
        <DateField {...field('opensAt')} hint="Where it has passed, stakes since then count too." />
        <DateField {...field('drawsAt')} hint="Stakes of before count." />
      </div>
      <fieldset>
        <legend>Tickets</legend>
        <div class="fields">
          <TextField
            {...field('stakePerTicket')}
            hint="Empty: tickets are granted only."
            input={{ inputMode: 'decimal', pattern: '\\d+(\\.\\d{1,4})?' }}
          />
          <TextField {...field('eventTypes')} hint="With commas between them." input={{ required: true }} />
          <TextField {...field('game')} hint="Empty: any." input={{ maxLength: 200 }} />
          <TextField {...field('gameType')} hint="Empty: any." input={{ maxLength: 200 }} />
          <TextField {...field('maxTicketsPerPlayer')} hint="Empty: no limit." input={{ ...COUNT, max: 1_000_000 }} />
          <TextField {...field('winsPerPlayer')} input={{ ...COUNT, max: 100, required: true }} />
          <TextField
            {...field('milestones')}
            hint="Counts of tickets that are told of, with commas."
            input={{ pattern: '\\s*\\d+(\\s*,\\s*\\d+)*\\s*', inputMode: 'text' }}
          />
        </div>
        <CheckField
          label="Players opt in: their stakes count from then on"
          checked={draft.optInRequired}
          onChange={optInRequired => onChange({ ...draft, optInRequired })}
        />
      </fieldset>
      <PrizeList
        prizes={draft.prizes}
        defaultPrize={draft.defaultPrize}
        onChange={part => onChange({ ...draft, ...part })}
        problem={problem}
      />
      <fieldset>
        <legend>Public randomness</legend>
        <TextField
          {...field('entropyLabel')}
          hint="Something that everybody will know, and nobody before the draw time, e.g. “drand quicknet round 12345678”. Empty: the draw waits for nothing."
          input={{ maxLength: 500 }}
        />
      </fieldset>
      {refusedField(problem) === null && <Refusal problem={problem} />}
      {children}
    </form>
  )
}
