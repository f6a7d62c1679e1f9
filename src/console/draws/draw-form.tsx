import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Problem } from '../api/problem'
import { CheckField, TextField, type TextFieldProps } from '../parts/field'
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
  /** The buttons. */
  readonly children: ComponentChildren
}

type TextName = { [Name in keyof DrawDraft]: DrawDraft[Name] extends string ? Name : never }[keyof DrawDraft]

const COUNT = { type: 'number', min: 1, step: 1 } as const

export function DrawForm({ draft, onChange, onSubmit, isNew, problem, children }: DrawFormProps) {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (problem !== null) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [problem])
  const field = (name: TextName) => ({
    label: TERM_WORDS[name],
    value: draft[name],
    onChange: (value: string) => onChange({ ...draft, [name]: value }),
    problem: refusalAt(problem, name),
  })
  const text = (name: TextName, props: Pick<TextFieldProps, 'hint' | 'input'>) => <TextField {...field(name)} {...props} />
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form ref={form} class="card draw-form" onSubmit={submit}>
      <div class="fields">
        {text('name', { hint: 'Players read it.', input: { required: true, maxLength: 200 } })}
        {text('id', {
          hint: isNew ? 'For addresses and the API, e.g. spring-2027. It stays.' : 'It stays as it is.',
          input: { required: true, readOnly: !isNew, maxLength: 100, pattern: '[A-Za-z0-9_.:\\-]+' },
        })}
        <DateField {...field('opensAt')} hint="Where it has passed, stakes since then count too." />
        <DateField {...field('drawsAt')} hint="Stakes of before count." />
      </div>
      <fieldset>
        <legend>Tickets</legend>
        <div class="fields">
          {text('stakePerTicket', {
            hint: 'Empty: tickets are granted only.',
            input: { inputMode: 'decimal', pattern: '\\d+(\\.\\d{1,4})?' },
          })}
          {text('eventTypes', {
            hint: 'With commas between them.',
            input: { required: true },
          })}
          {text('game', { hint: 'Empty: any.', input: { maxLength: 200 } })}
          {text('gameType', { hint: 'Empty: any.', input: { maxLength: 200 } })}
          {text('maxTicketsPerPlayer', {
            hint: 'Empty: no limit.',
            input: { ...COUNT, max: 1_000_000 },
          })}
          {text('winsPerPlayer', {
            input: { ...COUNT, max: 100, required: true },
          })}
          {text('milestones', {
            hint: 'Counts of tickets that are told of, with commas.',
            input: { pattern: '\\s*\\d+(\\s*,\\s*\\d+)*\\s*', inputMode: 'text' },
          })}
        </div>
        <CheckField
          label={TERM_WORDS.optInRequired}
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
        {text('entropyLabel', {
          hint: 'Something that everybody will know, and nobody before the draw time, e.g. “drand quicknet round 12345678”. Empty: the draw waits for nothing.',
          input: { maxLength: 500 },
        })}
      </fieldset>
      {refusedField(problem) === null && <Refusal problem={problem} />}
      <div class="row">{children}</div>
    </form>
  )
}
